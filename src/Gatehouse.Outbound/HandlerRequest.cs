namespace Gatehouse.Outbound;

/// <summary>A request for the platform's handler.</summary>
internal sealed class HandlerRequest(HttpRequestMessage message) : IOutgoingHead
{
    /// <summary>The request, as the handler takes it.</summary>
    public HttpRequestMessage Message => message;

    /// <inheritdoc />
    public void Add(string name, string value)
    {
        if (!message.Headers.TryAddWithoutValidation(name, value))
            throw new HttpRequestException("a header of the request has a name that it may not have");
    }
}
