using System.Buffers;
using System.Text.Json;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Rules;
using Gatehouse.Protocol.Json;

namespace Gatehouse.AuthZen.Serving;

/// <summary>The writer of answers (AuthZEN 1.0 §5.5, §7.2, §8.3).</summary>
internal static class EvaluationResultWriter
{
    public static ReadOnlyMemory<byte> Single(EvaluationResult answer) => Write(writer => WriteMembers(writer, answer));

    public static ReadOnlyMemory<byte> Many(IReadOnlyList<EvaluationResult> answers) => Write(writer =>
    {
        writer.WriteStartArray("evaluations");
        foreach (var answer in answers)
        {
            writer.WriteStartObject();
            WriteMembers(writer, answer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    public static ReadOnlyMemory<byte> Found(SearchResult result) => Write(writer =>
    {
        writer.WriteStartObject("page");
        writer.WriteString("next_token", result.NextToken);
        writer.WriteNumber("count", result.Entries.Count);
        writer.WriteEndObject();
        writer.WriteStartObject("context");
        writer.WriteBoolean("complete", result.IsComplete);
        writer.WriteEndObject();
        writer.WriteStartArray("results");
        foreach (var entry in result.Entries)
        {
            writer.WriteStartObject();
            entry(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    public static ReadOnlyMemory<byte> Metadata(string origin) => Write(writer =>
    {
        writer.WriteString("policy_decision_point", origin);
        writer.WriteString("access_evaluation_endpoint", origin + "/access/v1/evaluation");
        writer.WriteString("access_evaluations_endpoint", origin + "/access/v1/evaluations");
        writer.WriteString("search_resource_endpoint", origin + "/access/v1/search/resource");
        writer.WriteString("search_action_endpoint", origin + "/access/v1/search/action");
    });

    private static void WriteMembers(Utf8JsonWriter writer, EvaluationResult answer)
    {
        writer.WriteBoolean("decision", answer.Decision.IsPermitted);
        if (answer.Decision is { IsPermitted: true, Obligations.IsEmpty: true }) return;
        writer.WriteStartObject("context");
        if (answer.Fault is { } fault) WriteFault(writer, fault);
        else if (answer.Decision.IsPermitted) WriteObligations(writer, answer.Decision);
        else WriteText(writer, "reason", answer.Reason);
        writer.WriteEndObject();
    }

    private static void WriteFault(Utf8JsonWriter writer, string fault)
    {
        writer.WriteStartObject("error");
        writer.WriteNumber("status", 400);
        WriteText(writer, "message", fault);
        writer.WriteEndObject();
    }

    // The body is application/json, and people read these texts in it, so an apostrophe is not escaped.
    private static void WriteText(Utf8JsonWriter writer, string name, string text)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(JsonText.Encode(text));
    }

    private static void WriteObligations(Utf8JsonWriter writer, in PolicyDecision decision)
    {
        writer.WriteStartArray("obligations");
        foreach (var (kind, value) in decision.Obligations.Select(obligation => (obligation.Kind, obligation.Value)).Distinct())
        {
            writer.WriteStartObject();
            writer.WriteString("id", kind.ToString().ToLowerInvariant());
            writer.WriteString("value", value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        members(writer);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
