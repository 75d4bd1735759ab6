using System.Globalization;
using System.Text;
using Gatehouse.Refusals;

namespace Gatehouse.Conventions.Tests.References;

/// <summary>The page <c>docs/reference/errors.md</c>, made from <see cref="Reasons"/>; a test holds the two equal.</summary>
public static class ReasonsReference
{
    private const string Head =
        """
        # Errors

        This page is for operators and for people who write clients. It lists every code with which the gateway refuses a message, and the
        remedy. A test generates it from `src/Gatehouse.Refusals/Reasons.cs`, so change it there. `gatehouse explain GH4003` prints one code at
        the command line. [statuses.md](statuses.md) shows each code on the wire in both eras.

        The first two digits of a code name the stage that it belongs to. A code and its slug never change their meaning. The text for the caller
        never contains a name that the caller did not send, a host, a path or a text of another system. The real cause is in the audit event,
        under the request id that the caller received (`data.requestId` and the header `Gatehouse-Request-Id`).

        Ids in parentheses name a requirement ([requirements.md](../requirements.md)) or a row of the MCP specification
        ([specification-rows.md](specification-rows.md)).

        """;

    /// <summary>The page as Markdown.</summary>
    public static string Render()
    {
        var page = new StringBuilder(Head);
        foreach (var stage in Reasons.All.GroupBy(reason => reason.Stage, StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {Title(stage.Key)}\n\n[The stage](../concepts/{stage.Key}.md)\n");
            foreach (var reason in stage) Append(page, reason);
        }

        return page.ToString();
    }

    private static void Append(StringBuilder page, Reason reason) => page.Append(CultureInfo.InvariantCulture,
        $"""

        ### {reason.Code} {reason.Slug}

        - {Heading(reason)}: {reason.Message}
        - The caller can: {reason.Remedy}
        - For the operator: {reason.Operator}

        """);

    // An answer without a body has no text: the caller sees the status only.
    private static string Heading(Reason reason) => reason.Shape == ReplyShape.Empty ? "What happened" : "The caller receives";

    private static string Title(string stage) => string.Concat(stage[..1].ToUpperInvariant(), stage.AsSpan(1));
}
