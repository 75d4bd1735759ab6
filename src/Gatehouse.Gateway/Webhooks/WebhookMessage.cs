using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Webhooks;

/// <summary>
/// The bodies of notifications. Nothing in them suffices to answer: there is no code and no link that acts, and the nonce counts only with a
/// signature of a key that is not here.
/// </summary>
internal static class WebhookMessage
{
    /// <summary>The type of a notification that a question waits.</summary>
    public const string Asked = "approval.asked";

    /// <summary>The type of a notification that a question is answered or over.</summary>
    public const string Ended = "approval.ended";

    /// <summary>The type of an alarm that a person uses a tool or prompt for the first time.</summary>
    public const string FirstUse = "use.first";

    /// <summary>The type of an alarm that a person got a right for a time for the first time.</summary>
    public const string FirstGrant = "grant.first";

    private const string MayOnlyDeny = "The arguments of the call are not in this notification, so no one can grant it here; it can be denied. "
        + "To see all of it and grant it, use 'gatehouse approval show' or the administration interface.";

    // The body is read by programs: a text in it is escaped by its notation already, and JSON needs no second escape of other scripts.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Returns the notification of an open question.</summary>
    /// <param name="row">The question.</param>
    /// <param name="facts">Its facts.</param>
    /// <param name="granted">Number of people who have granted it.</param>
    /// <param name="notice">The notice, with the nonce.</param>
    /// <param name="lines">The text: whole, or a summary without arguments.</param>
    /// <param name="at">The moment.</param>
    public static byte[] OfAsked(
        ApprovalRow row, ApprovalFacts facts, int granted, WebhookNotice notice, IReadOnlyList<string> lines, DateTimeOffset at) =>
        Write(Asked, at, writer =>
        {
            writer.WriteString("approval", row.Id);
            writer.WriteString("state", "open");
            writer.WriteString("digest", Convert.ToHexStringLower(row.Digest.Span));
            writer.WriteString("nonce", notice.Nonce);
            writer.WriteString("server", facts.Server);
            writer.WriteString("method", facts.Method);
            if ((notice.IsWhole ? facts.Target : ApprovalText.TargetInSummary(facts)) is { } target) writer.WriteString("target", target);
            WriteCaller(writer, facts.Issuer, facts.Subject, facts.Client);
            writer.WriteStartArray("rules");
            foreach (var rule in facts.Rules.Select(static rule => rule.Source).Distinct(StringComparer.Ordinal)) writer.WriteStringValue(rule);
            writer.WriteEndArray();
            writer.WriteString("expires", Moments.Rfc3339(row.Expires));
            writer.WriteNumber("needed", row.Needed);
            writer.WriteNumber("granted", granted);
            writer.WriteBoolean("arguments", notice.IsWhole);
            if (!notice.IsWhole) writer.WriteString("notice", MayOnlyDeny);
            if (notice.IsWhole && !facts.Parameters.IsEmpty)
            {
                writer.WritePropertyName("parameters");
                writer.WriteRawValue(facts.Parameters.Span); // every digit as the call has it
            }

            writer.WriteStartArray("text");
            foreach (var line in lines) writer.WriteStringValue(line);
            writer.WriteEndArray();
            writer.WriteString("shown", Convert.ToHexStringLower(ApprovalText.DigestOf(lines)));
        });

    /// <summary>Returns the notification that a question is answered or over. It names no person.</summary>
    /// <param name="id">The question.</param>
    /// <param name="state">Its state, as a word.</param>
    /// <param name="at">The moment.</param>
    public static byte[] OfEnded(string id, string state, DateTimeOffset at) => Write(Ended, at, writer =>
    {
        writer.WriteString("approval", id);
        writer.WriteString("state", state);
    });

    /// <summary>Returns the notification that a person uses a tool, prompt or resource for the first time.</summary>
    public static byte[] OfFirstUse(string exchange, PermitUse use, DateTimeOffset at) => Write(FirstUse, at, writer =>
    {
        writer.WriteString("exchange", exchange);
        writer.WriteString("server", use.Server);
        writer.WriteString("method", use.Method);
        writer.WriteString("target", use.Name);
        WriteCaller(writer, use.Issuer, use.Subject, null);
    });

    /// <summary>Returns the notification that a person got a right for a time for the first time.</summary>
    public static byte[] OfFirstGrant(string id, string rule, ApprovalFacts facts, DateTimeOffset at) => Write(FirstGrant, at, writer =>
    {
        writer.WriteString("approval", id);
        writer.WriteString("rule", rule);
        WriteCaller(writer, facts.Issuer, facts.Subject, facts.Client);
    });

    private static void WriteCaller(Utf8JsonWriter writer, string issuer, string subject, string? client)
    {
        writer.WriteStartObject("caller");
        writer.WriteString("issuer", issuer);
        writer.WriteString("subject", subject);
        if (client is not null) writer.WriteString("client", client);
        writer.WriteEndObject();
    }

    private static byte[] Write(string type, DateTimeOffset at, Action<Utf8JsonWriter> data)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WriteString("timestamp", Moments.Rfc3339(at));
            writer.WriteStartObject("data");
            data(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
