using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace EntraRemoteServer;

/// <summary>Creates the store, writes the registration of the one MCP client, and deletes each hour what has expired.</summary>
internal sealed class StoreKeeper(IServiceProvider services, Settings settings) : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Store>().Database.EnsureCreatedAsync(cancellationToken);
        var client = new OpenIddictApplicationDescriptor
        {
            ClientId = settings.ClientId,
            ClientType = ClientTypes.Public,
            ApplicationType = ApplicationTypes.Native, // leaves the port of a loopback redirect URI to the client (RFC 8252, 7.3)
            ConsentType = ConsentTypes.Implicit,
            Permissions =
            {
                Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.Revocation,
                Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code,
                Permissions.Prefixes.Scope + Settings.Scope, Permissions.Prefixes.Resource + settings.Url.AbsoluteUri,
            },
        };
        client.RedirectUris.UnionWith(settings.RedirectUris.Select(uri => new Uri(uri!)));
        var clients = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        var known = await clients.FindByClientIdAsync(settings.ClientId, cancellationToken);
        if (known is not null) await clients.UpdateAsync(known, client, cancellationToken);
        else await clients.CreateAsync(client, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromHours(1), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested) return;
            await using var scope = services.CreateAsyncScope();
            var now = DateTimeOffset.UtcNow;
            await scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>().PruneAsync(now.AddDays(-1), stoppingToken);
            await scope.ServiceProvider.GetRequiredService<IOpenIddictAuthorizationManager>().PruneAsync(now.AddDays(-1), stoppingToken);
            var seconds = now.ToUnixTimeSeconds();
            await scope.ServiceProvider.GetRequiredService<Store>().EntraCaches.Where(row => row.Expires < seconds).ExecuteDeleteAsync(stoppingToken);
        }
    }
}
