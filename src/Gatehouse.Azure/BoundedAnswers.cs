using System.Net;
using Gatehouse.Outbound;

namespace Gatehouse.Azure;

/// <summary>
/// Reads each answer into memory, up to a bound. The clients of Azure read an answer to its end, however long it is: an address that is not the one
/// expected would fill the memory (CWE-770).
/// </summary>
internal sealed class BoundedAnswers(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Largest answer in bytes. A secret has at most 25 KB, and a token a few.</summary>
    public const int LargestAnswer = 256 << 10;

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var body = await BoundedRead.ToEndAsync(stream, LargestAnswer, cancellationToken).ConfigureAwait(false)
                    ?? throw new HttpRequestException($"the answer is larger than {LargestAnswer} bytes");
                var bounded = new ByteArrayContent(body);
                foreach (var (name, values) in response.Content.Headers) bounded.Headers.TryAddWithoutValidation(name, values);
                response.Content = bounded;
                return response;
            }
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>Refuses the request: the clients are used without blocking a thread.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("requests to Azure are asynchronous");
}
