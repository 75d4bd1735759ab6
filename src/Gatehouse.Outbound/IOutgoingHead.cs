namespace Gatehouse.Outbound;

/// <summary>The head of an outgoing request. A field that HTTP does not allow is an error, also where it is found only when it is sent.</summary>
internal interface IOutgoingHead
{
    /// <summary>Adds a field. None frames the message (<c>Host</c>, <c>Content-Length</c>).</summary>
    /// <exception cref="HttpRequestException">The name may not be added. The message does not contain the value.</exception>
    void Add(string name, string value);
}
