using Gatehouse.Administration;
using Gatehouse.Pipeline.Authenticate;
using Gatehouse.Upstreams;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Credentials;

/// <summary>Adds the credentials of servers to a host (ID-05).</summary>
internal static class CredentialServices
{
    /// <summary>
    /// Adds them. In the same container the host has its clock, its handlers for outgoing requests, its secrets and the
    /// <see cref="CredentialHost"/>.
    /// </summary>
    public static IServiceCollection AddCredentials(this IServiceCollection services) => services
        .AddSingleton<CredentialTable>()
        .AddSingleton<PersonTokenSource>()
        .AddSingleton<CallerTokens>()
        .AddSingleton<ICallerTokens>(static parts => parts.GetRequiredService<CallerTokens>())
        .AddSingleton<IssuedCredentials>()
        .AddSingleton<ICredentialAdministration, CredentialAdministration>()
        .AddSingleton<IUpstreamCredentials>(static parts => parts.GetRequiredService<IssuedCredentials>());
}
