namespace Gatehouse.Outbound;

/// <summary>A request for the platform's handler.</summary>
internal sealed class HandlerRequest(HttpRequestMessage message) : IOutgoingHead
{
    /// <summary>The request, as the handler takes it.</summary>
    public HttpRequestMessage Message => message;

    public void Add(string name, string value) => message.Headers.TryAddWithoutValidation(name, value);
}
