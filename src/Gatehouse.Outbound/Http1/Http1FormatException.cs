using System.Net;

namespace Gatehouse.Outbound.Http1;

/// <summary>The head of an answer is not one that HTTP/1.1 permits, or two readers could frame the answer differently.</summary>
/// <param name="part">What is invalid, of a closed set: no text of the server.</param>
internal sealed class Http1FormatException(string part)
    : HttpRequestException(HttpRequestError.InvalidResponse, $"the head of the response is invalid: {part}")
{
    /// <summary>What is invalid, of a closed set.</summary>
    public string Part => part;
}
