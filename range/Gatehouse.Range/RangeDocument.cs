using System.Text;
using Gatehouse.Range.Running;

namespace Gatehouse.Range;

/// <summary>The page of the range, written from the exercises themselves.</summary>
public static class RangeDocument
{
    /// <summary>The page in Markdown.</summary>
    public static string Render()
    {
        var page = new StringBuilder();
        page.Append("""
            # The attack range

            This page is for people who want to see what Gatehouse protects against. It lists every attack of the range, with the protection that
            stops it. The tests of the range write this page from the exercises, with `GATEHOUSE_UPDATE=1`.

            Each exercise runs one exploit script three times. It must succeed against the unprotected server, fail against the same server
            behind Gatehouse as shipped, and succeed again when a naive double replaces the named protection. The script knows only an
            endpoint and the attacker's credentials, nothing of Gatehouse. A canary shows whether the attack had its effect. The legitimate
            use passes with and without the gateway. Everything runs on loopback.

                gatehouse range list
                gatehouse range run
                gatehouse range run --only session-hijack

            Some exercises also try what Gatehouse does not stop. Such an attempt must succeed behind the gateway too, and **Not defended** says what helps
            against it. The [threat model](threat-model.md#not-defended) has the whole list.

            Exercises about the texts of messages name a preset of `inspection.messages`. Without that section Gatehouse only records what it finds there.

            The doubles are in `range/`. No setting, flag or variable of the gateway can leave out or replace a stage.

            | exercise | attack | OWASP MCP | protection | rows | needs |
            |---|---|---|---|---|---|

            """);
        foreach (var exercise in ExerciseCatalogue.All)
            page.Append($"| `{exercise.Id}` | {exercise.Title} | {string.Join(", ", exercise.Owasp)} | {exercise.Protection} | {string.Join(", ", exercise.Rows)} | {Words(exercise.Needs)} |\n");
        foreach (var exercise in ExerciseCatalogue.All)
        {
            var steps = exercise.Steps;
            page.Append($"\n## {exercise.Title}\n\n`{exercise.Id}`\n\n");
            page.Append($"- **Vulnerable.** {steps.Vulnerable}\n- **Exploit.** {steps.Exploit}\n- **Fix.** {steps.Fix}\n- **Validate.** {steps.Validate}\n");
            if (steps.NotDefended is { } open) page.Append($"- **Not defended.** {open}\n");
        }

        return page.ToString();
    }

    private static string Words(Need need) => need == Need.Nothing ? "" : need.ToString();
}
