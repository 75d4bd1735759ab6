using System.Buffers;
using System.Text.Json;
using Gatehouse.Policy;
using Gatehouse.Policy.Files;
using Gatehouse.Text;

namespace Gatehouse.AuthZen;

/// <summary>
/// The writer of questions by OpenID AuthZEN Authorization API 1.0 §5 to §7. The closed list below is everything that is sent about a caller: names
/// from the token, never the token, its other claims, headers or addresses. Arguments are sent only if the operator chose it.
/// </summary>
internal sealed class EvaluationWriter(bool sendArguments)
{
    private static readonly JsonWriterOptions Unchecked = new() { SkipValidation = true };

    /// <summary>Returns the cache key: the question without the time.</summary>
    public EvaluationKey KeyOf(PolicySubject subject, in PolicyRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer, Unchecked);
        writer.WriteStartObject();
        WriteSubject(writer, subject);
        WriteRest(writer, request, null);
        writer.WriteEndObject();
        writer.Flush();
        return EvaluationKey.Of(buffer.WrittenSpan);
    }

    /// <summary>Writes the body of a single question (§6.1).</summary>
    public ReadOnlyMemory<byte> Single(in Evaluation question, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        WriteSubject(writer, question.Subject);
        WriteRest(writer, question.Request, now);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Writes the body of several questions about one caller (§7.1), all of which must be answered.</summary>
    public ReadOnlyMemory<byte> Many(ReadOnlySpan<Evaluation> questions, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        WriteSubject(writer, questions[0].Subject);
        writer.WriteStartArray("evaluations");
        foreach (ref readonly var question in questions)
        {
            writer.WriteStartObject();
            WriteRest(writer, question.Request, now);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartObject("options");
        writer.WriteString("evaluations_semantic", "execute_all");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Returns the type of a subject. The token of a client that acts for itself names it as both subject and client.</summary>
    public static string TypeOf(PolicySubject subject) => subject.ClientId == subject.Subject ? "client" : "user";

    /// <summary>Returns the word for a direction.</summary>
    public static string WordOf(PolicyDirection direction) => PolicyKeys.Directions[(int)direction];

    private static void WriteSubject(Utf8JsonWriter writer, PolicySubject subject)
    {
        writer.WriteStartObject("subject");
        writer.WriteString("type", TypeOf(subject));
        writer.WriteString("id", subject.Subject);
        writer.WriteStartObject("properties");
        writer.WriteString("issuer", subject.Issuer);
        if (subject.ClientId is { } client) writer.WriteString("client_id", client);
        WriteNames(writer, "roles", subject.Roles);
        WriteNames(writer, "groups", subject.Groups);
        if (subject.GroupsAreIncomplete) writer.WriteBoolean("groups_incomplete", true);
        WriteNames(writer, "scopes", subject.Scopes);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter writer, string name, IReadOnlyList<string> names)
    {
        if (names.Count == 0) return;
        writer.WriteStartArray(name);
        for (var at = 0; at < names.Count; at++) writer.WriteStringValue(names[at]);
        writer.WriteEndArray();
    }

    private void WriteRest(Utf8JsonWriter writer, in PolicyRequest request, DateTimeOffset? now)
    {
        writer.WriteStartObject("action");
        writer.WriteString("name", request.Method);
        writer.WriteStartObject("properties");
        writer.WriteString("direction", WordOf(request.Direction));
        writer.WriteEndObject();
        writer.WriteEndObject();
        WriteResource(writer, request);
        writer.WriteStartObject("context");
        if (now is { } moment)
            writer.WriteString("time",
                Moments.Rfc3339(request.At == default ? moment : request.At));
        if (request.Revision is { } revision) writer.WriteString("protocol_revision", revision);
        if (sendArguments) WriteArguments(writer, request);
        writer.WriteEndObject();
    }

    private static void WriteResource(Utf8JsonWriter writer, in PolicyRequest request)
    {
        writer.WriteStartObject("resource");
        writer.WriteString("type", ResourceTypes.Of(request.Target));
        writer.WriteString("id", request.Target == PolicyTarget.None ? request.Server : request.Name ?? "");
        if (request.Target != PolicyTarget.None)
        {
            writer.WriteStartObject("properties");
            writer.WriteString("server", request.Server);
            if (request.IsTemplate) writer.WriteBoolean("template", true);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteArguments(Utf8JsonWriter writer, in PolicyRequest request)
    {
        if (request.LeavesArgumentsOpen) writer.WriteBoolean("arguments_open", true);
        else if (!request.Arguments.IsEmpty)
        {
            writer.WritePropertyName("arguments");
            writer.WriteRawValue(request.Arguments.Span, skipInputValidation: true); // validated by the validate stage
        }
    }
}
