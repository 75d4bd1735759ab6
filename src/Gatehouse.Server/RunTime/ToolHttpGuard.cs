namespace Gatehouse.Server.RunTime;

/// <summary>Checks each request of a client of <see cref="IHttpClientFactory"/> against what the running tool declared.</summary>
internal sealed class ToolHttpGuard : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RunTimeGuard.Current?.RequireHost(request.RequestUri!);
        return base.SendAsync(request, cancellationToken);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RunTimeGuard.Current?.RequireHost(request.RequestUri!);
        return base.Send(request, cancellationToken);
    }
}
