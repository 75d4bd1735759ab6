namespace Gatehouse.Outbound;

/// <summary>The head of an outgoing request. Names and values of its fields have only characters that HTTP allows there.</summary>
internal interface IOutgoingHead
{
    /// <summary>Adds a field. None frames the message (<c>Host</c>, <c>Content-Length</c>).</summary>
    void Add(string name, string value);
}
