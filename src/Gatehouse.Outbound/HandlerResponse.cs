using System.Net;

namespace Gatehouse.Outbound;

/// <summary>An answer that the platform's handler received.</summary>
internal sealed class HandlerResponse(HttpResponseMessage response) : OutboundResponse
{
    public override HttpStatusCode StatusCode => response.StatusCode;

    public override Version Version => response.Version;

    public override string? ContentType =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : null;

    public override bool HasBody => ContentType is not null && response.Content.Headers.ContentLength != 0;

    public override bool HasContentEncoding => response.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out var codings)
        && codings.Any(static coding => !coding.Trim().Equals("identity", StringComparison.OrdinalIgnoreCase));

    public override string? Field(string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) && values.Count == 1 ? values.ToString() : null;

    public override async ValueTask<byte[]?> ReadAsync(int maxBytes, Action<int>? holding, CancellationToken cancellation)
    {
        var expected = (int)Math.Min(response.Content.Headers.ContentLength ?? 0, maxBytes);
        var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        return await BoundedRead.ToEndAsync(stream, maxBytes, cancellation, expected, holding).ConfigureAwait(false);
    }

    public override async ValueTask<Stream> OpenAsync(CancellationToken cancellation) =>
        await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);

    public override void Dispose() => response.Dispose();

    public override void Abort() => response.Dispose(); // a read that is cancelled closes the connection
}
