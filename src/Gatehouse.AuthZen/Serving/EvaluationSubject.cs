using System.Text.Json;
using Gatehouse.Policy;

namespace Gatehouse.AuthZen.Serving;

/// <summary>
/// The reader of a question's subject, in the form in which the policy sees callers. The asker's statements about it are believed: that is the
/// meaning of the right to ask (AuthZEN 1.0, security considerations on trust).
/// </summary>
internal static class EvaluationSubject
{
    /// <summary>Reads the subject; null for a type that is no caller of this gateway, because an id means nothing without its type (§5.1).</summary>
    /// <param name="subject">The member <c>subject</c> of the question.</param>
    /// <param name="asker">The asker.</param>
    /// <exception cref="InvalidEvaluationException">A part is missing or has another type.</exception>
    public static PolicySubject? Read(JsonElement subject, PolicySubject asker)
    {
        var type = EvaluationJson.Needed(subject, "subject", "type");
        var id = EvaluationJson.Needed(subject, "subject", "id");
        var properties = EvaluationJson.Part(subject, "properties");
        if (type is not ("user" or "client")) return null;
        const string what = "subject.properties";
        return new PolicySubject(
            EvaluationJson.Optional(properties, what, "issuer") ?? "",
            id,
            EvaluationJson.Optional(properties, what, "client_id") ?? (type == "client" ? id : null),
            EvaluationJson.Names(properties, what, "scopes"),
            EvaluationJson.Names(properties, what, "roles"),
            EvaluationJson.Names(properties, what, "groups"))
        {
            GroupsAreIncomplete = EvaluationJson.Flag(properties, what, "groups_incomplete"),
            Strengths = [.. EvaluationJson.Names(properties, what, "acr"), .. EvaluationJson.Names(properties, what, "amr")],
            Asker = asker,
            Claims = name => Claim(subject, properties, name),
        };
    }

    private static JsonElement? Claim(JsonElement subject, JsonElement properties, string name) => name switch
    {
        "sub" => subject.GetProperty("id"),
        "iss" => Member(properties, "issuer"),
        _ => Member(properties, name),
    };

    private static JsonElement? Member(JsonElement properties, string name) =>
        properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name, out var value) ? value : null;
}
