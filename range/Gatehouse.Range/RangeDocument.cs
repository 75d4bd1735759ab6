using System.Text;

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

            Written from the exercises; `GATEHOUSE_UPDATE=1` with the tests of the range writes it anew.

            Each exercise runs one exploit script in three arms: against the server alone (it must succeed), against the same
            server behind Gatehouse as it is shipped (it must fail), and behind Gatehouse with the named protection replaced by a
            naive double (it must succeed again). The script knows an endpoint and the attacker's credentials, nothing of Gatehouse,
            and judges by the effect on a canary. The honest use passes with and without the gateway. Everything runs on loopback.

                gatehouse range list
                gatehouse range run
                gatehouse range run --only session-hijack

            The doubles are in `range/`. No setting, flag or variable of the gateway can leave out or replace a stage.

            | exercise | attack | OWASP MCP | protection | rows | needs |
            |---|---|---|---|---|---|

            """);
        foreach (var exercise in ExerciseCatalogue.All)
            page.Append($"| `{exercise.Id}` | {exercise.Title} | {string.Join(", ", exercise.Owasp)} | {exercise.Protection} | {string.Join(", ", exercise.Rows)} | {Words(exercise.Needs)} |\n");
        foreach (var exercise in ExerciseCatalogue.All)
        {
            var story = exercise.Story;
            page.Append($"\n## {exercise.Title}\n\n`{exercise.Id}`\n\n");
            page.Append($"- **Vulnerable.** {story.Vulnerable}\n- **Exploit.** {story.Exploit}\n- **Fix.** {story.Fix}\n- **Validate.** {story.Validate}\n");
        }

        return page.ToString();
    }

    private static string Words(Need need) => need == Need.Nothing ? "" : need.ToString();
}
