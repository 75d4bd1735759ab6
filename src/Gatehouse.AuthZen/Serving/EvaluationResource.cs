using System.Buffers;
using System.Text.Json;
using Gatehouse.Policy;
using Gatehouse.Policy.Files;
using Gatehouse.Protocol;
using Gatehouse.Settings;
using Gatehouse.Text;

namespace Gatehouse.AuthZen.Serving;

/// <summary>The reader of a question's action, resource and context, in the form in which the policy sees requests.</summary>
internal static class EvaluationResource
{
    private const string OfResource = "resource.properties";

    /// <summary>The methods for each target, in the order of <see cref="PolicyTarget"/>; a server has the other methods.</summary>
    private static readonly string[][] Methods =
    [
        [],
        ["tools/call"],
        ["prompts/get", "completion/complete"],
        ["resources/read", "resources/subscribe", "resources/unsubscribe", "subscriptions/listen", "completion/complete"],
    ];

    /// <summary>Reads the request; null when the resource does not exist here, which is a denial and no fault.</summary>
    /// <exception cref="InvalidEvaluationException">A part is missing or has another type.</exception>
    public static PolicyRequest? Read(in EvaluationRequest asked, GatewaySettings settings, DateTimeOffset now)
    {
        var action = EvaluationJson.Needed(asked.Action, "action", "name");
        var type = EvaluationJson.Needed(asked.Resource, "resource", "type");
        var id = EvaluationJson.Needed(asked.Resource, "resource", "id");
        EvaluationJson.Part(asked.Action, "properties");
        EvaluationJson.Part(asked.Resource, "properties");
        return ResourceTypes.TargetOf(type) switch
        {
            PolicyTarget.None => OfServer(asked, settings, action, id, now),
            { } target => OfThing(asked, settings, target, action, id, now),
            _ => settings.DecisionService!.Types.Contains(type, StringComparer.Ordinal) ? OfOther(asked, type, action, id, now) : null,
        };
    }

    /// <summary>Returns the methods that a question about the target can name.</summary>
    public static IEnumerable<string> MethodsOf(PolicyTarget target) => target != PolicyTarget.None
        ? Methods[(int)target]
        : ProtocolMethods.All.Where(method => method.Direction.HasFlag(MethodDirection.ClientToServer) && method.Kind == MessageKind.Request)
            .Select(method => method.Name).Where(NamesNothing).Distinct();

    private static bool NamesNothing(string method) => !Methods.Any(names => names.Contains(method)) || method == "subscriptions/listen";

    private static PolicyRequest? OfServer(in EvaluationRequest asked, GatewaySettings settings, string action, string id, DateTimeOffset now)
    {
        if (settings.Server(id) is null || !NamesNothing(action)) return null;
        var direction = DirectionOf(asked) ?? (action == "logging/setLevel" ? PolicyDirection.Logging : PolicyDirection.Calls);
        // As a call of a client, a method that only servers send needs a rule that names it.
        var isKnown = ProtocolMethods.TryGet(action, out var method)
            && (direction != PolicyDirection.Calls || method.Direction.HasFlag(MethodDirection.ClientToServer));
        return new PolicyRequest(id, action, KnownMethod: isKnown) { Direction = direction, At = now };
    }

    private static PolicyRequest? OfThing(in EvaluationRequest asked, GatewaySettings settings, PolicyTarget target, string action, string id,
        DateTimeOffset now)
    {
        var properties = EvaluationJson.Part(asked.Resource, "properties");
        var server = EvaluationJson.Needed(properties, OfResource, "server");
        if (settings.Server(server) is null || !Methods[(int)target].Contains(action)) return null;
        var arguments = EvaluationJson.Part(asked.Context, "arguments");
        return new PolicyRequest(server, action, target, id)
        {
            Direction = DirectionOf(asked) ?? PolicyDirection.Calls,
            IsTemplate = EvaluationJson.Flag(properties, OfResource, "template"),
            OpenArguments = action == "completion/complete" || EvaluationJson.Flag(asked.Context, "context", "arguments_open"),
            Arguments = arguments.ValueKind == JsonValueKind.Object
                ? JsonSerializer.SerializeToUtf8Bytes(arguments, NodeJson.Default.JsonElement) : default(ReadOnlyMemory<byte>),
            At = now,
        };
    }

    private static PolicyDirection? DirectionOf(in EvaluationRequest asked)
    {
        if (EvaluationJson.Optional(EvaluationJson.Part(asked.Action, "properties"), "action.properties", "direction") is not { } word) return null;
        var at = PolicyKeys.Directions.ToList().IndexOf(word);
        return at >= 0 ? (PolicyDirection)at : throw new InvalidEvaluationException("action.properties.direction is not a known word");
    }

    // The type takes the place of a server, the action that of a tool, and the known facts about them are the arguments.
    private static PolicyRequest OfOther(in EvaluationRequest asked, string type, string action, string id, DateTimeOffset now) =>
        new(type, "tools/call", PolicyTarget.Tool, action) { Arguments = Facts(asked, id), At = now };

    private static ReadOnlyMemory<byte> Facts(in EvaluationRequest asked, string id)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteStartObject("resource");
        writer.WriteString("id", id);
        Write(writer, "properties", EvaluationJson.Part(asked.Resource, "properties"));
        writer.WriteEndObject();
        writer.WriteStartObject("action");
        Write(writer, "properties", EvaluationJson.Part(asked.Action, "properties"));
        writer.WriteEndObject();
        Write(writer, "context", asked.Context);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, string name, JsonElement part)
    {
        if (part.ValueKind != JsonValueKind.Object) return;
        writer.WritePropertyName(name);
        part.WriteTo(writer);
    }
}
