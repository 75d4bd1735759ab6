using System.Globalization;
using System.Text;
using Gatehouse.Refusals;

namespace Gatehouse.Conventions.Tests.References;

/// <summary>
/// The page <c>docs/reference/statuses.md</c>: what a refusal is on the wire, for each era, stage and reason. Made from
/// <see cref="Reasons"/>; a test holds the two equal.
/// </summary>
public static class StatusReference
{
    private const string Head =
        """
        # Statuses and codes on the wire

        Generated from `src/Gatehouse.Refusals/Reasons.cs`; change it there. The words are in [errors.md](errors.md).

        *Legacy* is MCP 2025-11-25 and older, *modern* is 2026-07-28. JSON-RPC codes below -32000 are those the specification fixes; all
        others are the digits after `GH`, outside the range that JSON-RPC keeps for itself.

        | shape | what the client gets |
        |---|---|
        | empty | the status alone |
        | challenge | the status and `WWW-Authenticate: Bearer …` (RFC 6750, RFC 9728), and in answer to a POST the error below; every bad token has the same bytes but for `data.requestId` |
        | error | a JSON-RPC error with `data.code`, `data.remedy` and `data.requestId`; with Retry-After also `data.retryAfterMs`; for GH3011 also `data.supported` and `data.requested`; for GH6004 also `data.at` (a JSON Pointer into the arguments) and `data.keyword`, and the message names each place |

        Exceptions that hold for every row:

        - An error answers a request. For a notification, or an answer to a server's question, a status of 200 becomes 400; for GET and
          DELETE it becomes 404. A refused GET or DELETE has no body, whatever its status.
        - The column Retry-After has the time that is sent when the gateway knows no better one. A refusal whose cause names a time, such as GH3015,
          GH7006, GH7009 or GH7010, sends that.
        - A reply that is already streaming keeps its status; the error is then the last event of the stream, or the stream just ends.
        - GH4003 for a resource has the code -32002 in the legacy era; the specification moved it to -32602 in 2026-07-28.
        - GH6004 for `tools/call` is no error but a result with `isError: true`, whose text names each place, and with code, remedy, request id and
          places in `_meta` under `gatehouse/refusal`. A call of the legacy era that asks for a task gets the error, and so does `prompts/get`.
        - GH9002 has no body: the listener answers it before any stage, and nothing is recorded.
        - Every reply carries `Gatehouse-Request-Id`, except while draining and for the open endpoints.

        | stage | code | slug | legacy status | modern status | JSON-RPC code | shape | Retry-After |
        |---|---|---|---|---|---|---|---|

        """;

    /// <summary>The page as Markdown.</summary>
    public static string Render()
    {
        var page = new StringBuilder(Head);
        foreach (var reason in Reasons.All)
        {
            page.Append(CultureInfo.InvariantCulture,
                $"| {reason.Stage} | {reason.Code} | {reason.Slug} | {reason.Status(modern: false)} | {reason.Status(modern: true)} | {RpcCode(reason)} | {Shape(reason)} | {RetryAfter(reason)} |\n");
        }

        return page.ToString();
    }

    private static string RpcCode(Reason reason) =>
        reason.Shape != ReplyShape.Empty ? reason.JsonRpcCode.ToString(CultureInfo.InvariantCulture) : "–";

    private static string RetryAfter(Reason reason) =>
        reason.RetryAfterSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"{seconds} s") : "–";

    private static string Shape(Reason reason) => reason.Shape switch
    {
        ReplyShape.Empty => "empty",
        ReplyShape.Challenge => "challenge",
        _ => "error",
    };
}
