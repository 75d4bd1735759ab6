using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Files;

namespace Gatehouse.Policy.Analysis;

/// <summary>The policy language as JSON Schema (draft 2020-12), with descriptions that editors show on hover.</summary>
public static class PolicySchema
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly (string Name, IReadOnlyList<PolicyKey> Keys)[] Mappings =
    [
        ("policyRule", PolicyKeys.Rule),
        ("policyClause", PolicyKeys.Clause),
        ("policyCondition", PolicyKeys.Condition),
        ("policyTime", PolicyKeys.Time),
        ("policyObligations", PolicyKeys.Obligations),
        ("policyApproval", PolicyKeys.Approval),
        ("policyAccess", PolicyKeys.Access),
        ("policyPeople", PolicyKeys.Who),
    ];

    /// <summary>Returns the schema of a policy file as indented JSON, ending with a line break.</summary>
    public static string Render()
    {
        var schema = Mapping(PolicyKeys.Document);
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "Gatehouse policy, version 1");
        schema["properties"]!["version"] = new JsonObject { ["description"] = PolicyKeys.Document[0].Description, ["enum"] = new JsonArray(1) };
        schema.Add("$defs", Definitions());
        return schema.ToJsonString(Readable) + "\n";
    }

    /// <summary>Returns the schema of a file of cases as indented JSON, ending with a line break.</summary>
    public static string RenderCases()
    {
        var schema = Mapping(PolicyCaseKeys.Document);
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "Gatehouse policy cases, version 1");
        schema["properties"]!["version"] = new JsonObject { ["description"] = PolicyCaseKeys.Document[0].Description, ["enum"] = new JsonArray(1) };
        schema.Add("$defs", new JsonObject { ["policyCase"] = Mapping(PolicyCaseKeys.Case), ["policyCaller"] = Mapping(PolicyCaseKeys.Caller) });
        return schema.ToJsonString(Readable) + "\n";
    }

    /// <summary>Returns the schema of a list of rules. It refers to <see cref="Definitions"/>.</summary>
    public static JsonObject Rules() => List(Reference("policyRule"));

    /// <summary>Returns the definitions that the schema of rules refers to, for <c>$defs</c>.</summary>
    public static JsonObject Definitions()
    {
        var definitions = new JsonObject();
        foreach (var (name, keys) in Mappings) definitions.Add(name, Mapping(keys));
        definitions["policyRule"]!["oneOf"] = new JsonArray(Required("permit"), Required("forbid"));
        definitions.Add("policyLiteral", new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") });
        return definitions;
    }

    private static JsonObject Mapping(IReadOnlyList<PolicyKey> keys)
    {
        var properties = new JsonObject();
        foreach (var key in keys) properties.Add(key.Name, Value(key));
        var schema = new JsonObject { ["type"] = "object", ["minProperties"] = 1, ["additionalProperties"] = false, ["properties"] = properties };
        if (keys.Any(key => key.Required)) schema.Add("required", Texts(keys.Where(key => key.Required).Select(key => key.Name)));
        return schema;
    }

    private static JsonObject Value(PolicyKey key)
    {
        var schema = key.Kind switch
        {
            PolicyKeyKind.Texts => List(Text()),
            PolicyKeyKind.Switch => new JsonObject { ["type"] = "boolean" },
            PolicyKeyKind.Number => new JsonObject { ["type"] = "number" },
            PolicyKeyKind.Literal => Reference("policyLiteral"),
            PolicyKeyKind.Literals => List(Reference("policyLiteral")),
            PolicyKeyKind.Choice => Words(key),
            PolicyKeyKind.Choices => List(Words(key)),
            PolicyKeyKind.Clause => Reference("policyClause"),
            PolicyKeyKind.Condition => Reference("policyCondition"),
            PolicyKeyKind.Conditions => List(Reference("policyCondition")),
            PolicyKeyKind.Time => Reference("policyTime"),
            PolicyKeyKind.Obligations => Reference("policyObligations"),
            PolicyKeyKind.Approval => Reference("policyApproval"),
            PolicyKeyKind.Access => Reference("policyAccess"),
            PolicyKeyKind.People => Reference("policyPeople"),
            PolicyKeyKind.Duration => new JsonObject { ["type"] = "string", ["pattern"] = PolicyDurations.Pattern },
            PolicyKeyKind.Rules => List(Reference("policyRule")),
            PolicyKeyKind.Cases => List(Reference("policyCase")),
            PolicyKeyKind.Caller => Reference("policyCaller"),
            PolicyKeyKind.Values => new JsonObject { ["type"] = "object" },
            _ => Text(),
        };
        schema.Insert(0, "description", key.Description);
        if (key.Example is { } example) schema.Add("examples", new JsonArray(example));
        return schema;
    }

    private static JsonObject Text() => new() { ["type"] = "string", ["minLength"] = 1 };

    private static JsonObject Words(PolicyKey key) => new() { ["enum"] = Texts(key.Allowed) };

    private static JsonObject List(JsonObject items) => new() { ["type"] = "array", ["items"] = items };

    private static JsonObject Required(string name) => new() { ["required"] = new JsonArray(name) };

    private static JsonObject Reference(string name) => new() { ["$ref"] = "#/$defs/" + name };

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
