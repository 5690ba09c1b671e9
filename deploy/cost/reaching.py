"""What stands between browsers and tasks, and between tasks and the rest."""

from collections.abc import Iterator

from deploy.cost.reading import Place
from deploy.cost.usage import RANGE_MB, Scene, Use
from deploy.cost.week import always, average


def load_balancer(place: Place, scene: Scene) -> Iterator[Use]:
    load = scene.about.load
    yield Use("alb_hour", always(1), place.name)
    each_hour: float = load["requests_per_student_hour"]
    shared: float = load["requests_per_connection"]
    page_kb: float = load["page_kb"]

    def units(students: float) -> float:
        """The largest of what an LCU is made of; one rule is evaluated, and ten are free."""
        connections = students * each_hour / 3600 / shared / 25
        return max(connections, students * 2 / 3000, students * each_hour * page_kb / 1e6)

    yield Use("alb_lcu", average([units(each) for each in scene.fleet.students]), place.name)
    if place.properties["Scheme"] == "internet-facing":
        (_, subnets) = scene.about.output("network", "AlbSubnets")["Fn::Join"]
        yield Use("ipv4_hour", always(len(subnets)), place.name)


def distribution(place: Place, scene: Scene) -> Iterator[Use]:
    load = scene.about.load
    config = place.properties["DistributionConfig"]
    if config["Aliases"][0].startswith("files."):
        yield Use("cloudfront_gb", load["material_read_gb"], "material")
        yield Use(
            "cloudfront_requests", load["material_read_gb"] * 1000 / RANGE_MB / 1e4, "material"
        )
    else:
        static = scene.student_hours * load["static_requests_per_student_hour"]
        yield Use("cloudfront_gb", scene.page_gb, "pages")
        yield Use("cloudfront_requests", (scene.requests + static) / 1e4, "pages")


def function(place: Place, scene: Scene) -> Iterator[Use]:
    yield Use("cloudfront_function", scene.requests / 1e6, place.name)


def web_acl(place: Place, scene: Scene) -> Iterator[Use]:
    static = scene.student_hours * scene.about.load["static_requests_per_student_hour"]
    yield Use("waf_acl", 1, place.name)
    yield Use("waf_rule", len(place.properties["Rules"]), place.name)
    yield Use("waf_requests", (scene.requests + static) / 1e6, place.name)


def nat(place: Place, scene: Scene) -> Iterator[Use]:
    together = len(list(scene.about.places("AWS::EC2::NatGateway")))
    yield Use("nat_hour", always(1), place.name)
    yield Use("nat_gb", scene.about.load["nat_gb"] / together, place.name)


def address(place: Place, scene: Scene) -> Iterator[Use]:
    yield Use("ipv4_hour", always(1), place.name)


def endpoint(place: Place, scene: Scene) -> Iterator[Use]:
    if place.properties["VpcEndpointType"] == "Interface":
        yield Use("interface_endpoint_hour", always(len(place.properties["SubnetIds"])), place.name)
