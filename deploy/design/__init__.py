"""The design document and its pictures, drawn from the templates: python -m deploy.design"""
