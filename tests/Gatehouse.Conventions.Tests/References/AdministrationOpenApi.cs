using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Gatehouse.Administration;
using Gatehouse.Administration.Control;
using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Conventions.Tests.References;

/// <summary>
/// The file <c>docs/reference/administration.openapi.json</c>: the administration interface in OpenAPI 3.1. The acts, the members of their bodies and
/// those of their results are those of <see cref="ActTable"/>.
/// </summary>
internal static class AdministrationOpenApi
{
    private static readonly JsonSerializerOptions Written = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly (string Status, string Text)[] Refusals =
    [
        ("400", "The body, the query or the framing of the request is not accepted."),
        ("401", "There is no valid token, or it shows a weaker or older authentication than the act needs (RFC 9470)."),
        ("403", "The act was refused."),
        ("404", "There is no such act."),
        ("408", "The body is too slow."),
        ("413", "The body is longer than 32 KiB."),
        ("415", "The body is no application/json."),
        ("429", "There are too many requests of this address or person."),
        ("500", "A fault of the gateway. The act may have been carried out in part."),
        ("503", "Tokens cannot be checked, or the audit log cannot be written."),
    ];

    public static string Render()
    {
        var paths = new JsonObject();
        foreach (var row in ActTable.OverHttp) paths[ActTable.Prefix + row.Name] = new JsonObject { ["post"] = Operation(row) };
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "Gatehouse administration",
                ["version"] = "1",
                ["description"] = "The interface of administration.http. Within version 1 acts and members are only added.",
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "https://admin.example.com", ["description"] = "administration.http.publicUrl" }),
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["token"] = new JsonObject
                    {
                        ["type"] = "http",
                        ["scheme"] = "bearer",
                        ["description"] = "An access token for administration.audience.",
                    },
                },
                ["responses"] = new JsonObject(Refusals.Select(static one => KeyValuePair.Create(one.Status, (JsonNode?)Response(one.Text, null)))),
                ["schemas"] = new JsonObject { ["Reply"] = Schema(ControlJson.Default.ControlReply) },
            },
        }.ToJsonString(Written) + "\n";
    }

    private static JsonObject Operation(ActRow row)
    {
        var responses = new JsonObject { ["200"] = Response("The act was done.", row) };
        foreach (var (status, _) in Refusals) responses[status] = new JsonObject { ["$ref"] = $"#/components/responses/{status}" };
        return new JsonObject
        {
            ["operationId"] = row.Name,
            ["summary"] = row.Summary,
            ["description"] = $"Person: {AdministrationHttpReference.Person(row)}. The page: docs/{row.Page}.",
            ["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(Body(row)) },
            ["responses"] = responses,
        };
    }

    private static JsonObject Body(ActRow row)
    {
        var schema = Schema(row.Form).AsObject();
        schema["type"] = "object";
        schema["additionalProperties"] = false;
        return schema;
    }

    private static JsonObject Response(string text, ActRow? row) => new()
    {
        ["description"] = text,
        ["content"] = Content(row is null ? Reply() : new JsonObject
        {
            ["allOf"] = new JsonArray(Reply(), new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { ["result"] = Result(row) },
            }),
        }),
    };

    private static JsonObject Reply() => new() { ["$ref"] = "#/components/schemas/Reply" };

    private static JsonObject Content(JsonNode schema) => new() { ["application/json"] = new JsonObject { ["schema"] = schema } };

    // The exporter cannot see into converters: their forms are named here.
    private static JsonNode Schema(JsonTypeInfo type)
    {
        var schema = type.GetJsonSchemaAsNode(new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = static (context, schema) =>
            {
                var kind = Nullable.GetUnderlyingType(context.PropertyInfo?.PropertyType ?? context.TypeInfo.Type)
                    ?? context.PropertyInfo?.PropertyType ?? context.TypeInfo.Type;
                var known = schema as JsonObject ?? [];
                if (kind == typeof(TimeSpan)) (known["type"], known["description"]) = ("integer", "seconds");
                else if (kind == typeof(DefinitionKind))
                    (known["type"], known["enum"]) = ("string", Texts(Enum.GetValues<DefinitionKind>().Select(DefinitionKinds.Text)));
                else if (context.PropertyInfo is { Name: "kind" } named && named.DeclaringType == typeof(ContainmentTarget))
                    known["enum"] = Texts(ContainmentTarget.Kinds);
                else return schema;
                return known;
            },
        });
        return Whole(schema, schema);
    }

    // A member of a result that is null is not written.
    private static JsonNode Result(ActRow row)
    {
        var schema = Schema(row.ResultForm);
        foreach (var part in Objects(schema).ToList())
        {
            if (part["required"] is not JsonArray required || part["properties"] is not JsonObject members) continue;
            foreach (var name in required.Where(name => members[name!.GetValue<string>()]?["type"] is JsonArray).ToList()) required.Remove(name);
        }

        return schema;
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject all => [all, .. all.SelectMany(static one => Objects(one.Value))],
        JsonArray list => list.SelectMany(Objects),
        _ => [],
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(static text => (JsonNode)text)]);

    // The reader of the test takes no schema that is only true; an empty one means the same.
    // The exporter names a type that occurs a second time by its place in this schema. Within the document that place is another one.
    private static JsonNode Whole(JsonNode node, JsonNode root)
    {
        if (node is JsonArray list) return new JsonArray([.. list.Select(one => one is null ? null : Whole(one, root))]);
        if (node is not JsonObject all) return node.GetValueKind() == JsonValueKind.True ? new JsonObject() : node.DeepClone();
        if (all["$ref"]?.GetValue<string>() is not { } place)
            return new JsonObject(all.Select(one => KeyValuePair.Create(one.Key, one.Value is null ? null : (JsonNode?)Whole(one.Value, root))));
        var there = place.Split('/').Skip(1).Aggregate(root, static (at, step) =>
            (at is JsonArray rows ? rows[int.Parse(step, CultureInfo.InvariantCulture)] : at[step])!);
        return Whole(there, root);
    }
}
