using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Gatehouse.Fixture.Serving;

/// <summary>
/// What a tool or prompt asks of the client behind its call. A modern client gets the questions as the result of the
/// call and calls again with the answers; a legacy one gets them as requests on the stream of the call.
/// </summary>
internal sealed class ClientInput(
    McpServer server, JsonRpcRequest request, IDictionary<string, InputResponse>? responses, string? sealedState, RequestState states)
{
    public bool IsModern { get; } = ProtocolVersions.IsModern(request.Context?.ProtocolVersion ?? server.NegotiatedProtocolVersion);

    public ClientCapabilities Capabilities => (IsModern ? request.Context?.ClientCapabilities : server.ClientCapabilities) ?? new();

    /// <summary>What an earlier round of this call left with the client; null in the first round.</summary>
    public string? State => sealedState is null ? null : states.Open(sealedState);

    /// <summary>The answer to a question, or null when it has not been given.</summary>
    public JsonElement? Answer(string key) =>
        responses is not null && responses.TryGetValue(key, out var response) ? response.RawValue : null;

    /// <summary>Asks one question and returns the answer; in the modern era by ending this round of the call.</summary>
    public async Task<JsonElement> AskAsync(string key, InputRequest question, CancellationToken cancellation)
    {
        Require(question);
        if (IsModern) return Answer(key) ?? throw new InputRequiredException(new Dictionary<string, InputRequest> { [key] = question });
        var response = await server.SendRequestAsync(
            new() { Method = question.Method, Params = question.Params is { } p ? JsonSerializer.SerializeToNode(p) : null }, cancellation);
        return JsonSerializer.SerializeToElement(response.Result);
    }

    /// <summary>Ends this round of the call with questions and, when given, a state for the next round.</summary>
    public InputRequiredException Need(string? state, params ReadOnlySpan<(string Key, InputRequest Question)> questions)
    {
        var asked = new Dictionary<string, InputRequest>();
        foreach (var (key, question) in questions)
        {
            Require(question);
            asked[key] = question;
        }

        return new(asked, state is null ? null : states.Seal(state));
    }

    public bool Declares(InputRequest question) => question.Method switch
    {
        RequestMethods.ElicitationCreate => Capabilities.Elicitation is not null,
        RequestMethods.SamplingCreateMessage => Capabilities.Sampling is not null,
        RequestMethods.RootsList => Capabilities.Roots is not null,
        _ => false,
    };

    private void Require(InputRequest question)
    {
        if (Declares(question)) return;
        if (!IsModern) throw new McpException($"The client does not support {question.Method}.");
        throw new MissingRequiredClientCapabilityException(question.Method switch
        {
            RequestMethods.ElicitationCreate => new() { Elicitation = new() },
            RequestMethods.SamplingCreateMessage => new() { Sampling = new() },
            _ => new() { Roots = new() },
        });
    }
}
