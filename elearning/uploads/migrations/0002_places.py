import django.db.models.functions
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("uploads", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="place",
            field=models.CharField(blank=True, db_default="", editable=False, max_length=500),
        ),
        migrations.AddField(
            model_name="upload",
            name="touched_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.Now(),
                default=django.utils.timezone.now,
                editable=False,
            ),
        ),
    ]
