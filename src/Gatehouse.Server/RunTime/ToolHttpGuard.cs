namespace Gatehouse.Server.RunTime;

/// <summary>Checks each request of a client of <see cref="IHttpClientFactory"/> against what the running tool declared.</summary>
/// <param name="following">The remedy for a client whose redirects are not seen; null where there is nothing to mend.</param>
internal sealed class ToolHttpGuard(string? following) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var url = Checked(request);
        return After(url, await base.SendAsync(request, cancellationToken).ConfigureAwait(false));
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var url = Checked(request);
        return After(url, base.Send(request, cancellationToken));
    }

    private Uri Checked(HttpRequestMessage request)
    {
        var url = request.RequestUri!;
        RunTimeGuard.Current?.RequireHost(url);
        if (following is not null) RunTimeGuard.Current?.RefuseClient(url, following);
        return url;
    }

    // The answer may be of another address: where the guard only observes, redirects are followed, and a handler below may change the address.
    private static HttpResponseMessage After(Uri url, HttpResponseMessage response)
    {
        if (RunTimeGuard.Current is not { } tool || response.RequestMessage?.RequestUri is not { } last || last == url) return response;
        try
        {
            tool.RequireHost(last);
            return response;
        }
        catch (ToolAccessException)
        {
            response.Dispose();
            throw;
        }
    }
}
