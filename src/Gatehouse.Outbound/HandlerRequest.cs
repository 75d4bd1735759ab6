namespace Gatehouse.Outbound;

/// <summary>A request for the platform's handler.</summary>
internal sealed class HandlerRequest(HttpRequestMessage message) : IOutgoingHead
{
    /// <summary>The request, as the handler takes it.</summary>
    public HttpRequestMessage Message => message;

    /// <inheritdoc />
    /// <exception cref="HttpRequestException">The name or value has a character that it may not have. The message does not contain the value.</exception>
    // The handler itself writes a line break in a value as it is.
    public void Add(string name, string value)
    {
        FieldValue.Require(name, value);
        if (!message.Headers.TryAddWithoutValidation(name, value))
            throw new HttpRequestException("a header of the request has a name that it may not have");
    }
}
