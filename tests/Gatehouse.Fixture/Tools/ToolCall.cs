using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Fixture.Serving;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Gatehouse.Fixture.Tools;

/// <summary>One call of a tool, with typed access to its arguments and to the client behind it.</summary>
internal sealed class ToolCall(RequestContext<CallToolRequestParams> request, FixtureState state)
{
    public RequestContext<CallToolRequestParams> Request => request;

    public FixtureState State => state;

    public ClientInput Input { get; } = new(
        request.Server, request.JsonRpcRequest, request.Params.InputResponses, request.Params.RequestState, state.RequestStates);

    /// <summary>All arguments; a call without any is a call with an empty object.</summary>
    public IDictionary<string, JsonElement> Arguments { get; } = request.Params.Arguments ?? new Dictionary<string, JsonElement>();

    public string Text(string name) =>
        Arguments.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Invalid(name, "text");

    public double Number(string name) =>
        Arguments.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : throw Invalid(name, "a number");

    /// <summary>A whole number from zero to <paramref name="most"/>.</summary>
    public int Count(string name, int most) =>
        Arguments.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt32(out var count) && count >= 0 && count <= most
            ? count
            : throw Invalid(name, $"a whole number from 0 to {most}");

    /// <summary>Sends a notification on the stream of this call's answer.</summary>
    public Task NotifyAsync(string method, JsonObject parameters, CancellationToken cancellation) =>
        request.Server.SendMessageAsync(new JsonRpcNotification { Method = method, Params = parameters }, cancellation);

    private static McpProtocolException Invalid(string name, string wanted) =>
        new($"The argument '{name}' must be {wanted}.", McpErrorCode.InvalidParams);
}
