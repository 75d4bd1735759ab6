using Gatehouse.Administration;
using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.Pipeline.Forward;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Connections;

/// <summary>Adds the connections of people to third-party services to a host (OB-05).</summary>
internal static class ConnectionServices
{
    /// <summary>
    /// Adds them. In the same container the host has its clock, the table of connections, the sealer of the key ring, the journal and the
    /// <see cref="IConnectionHost"/>.
    /// </summary>
    public static IServiceCollection AddPeopleConnections(this IServiceCollection services) => services
        .AddSingleton<ConnectionSeals>()
        .AddSingleton<ConnectionLinks>()
        .AddSingleton<LinkJudge>()
        .AddSingleton<ConnectedServices>()
        .AddSingleton<ConnectionJournal>()
        .AddSingleton<ConnectionRegister>()
        .AddSingleton<ConnectionWaits>()
        .AddSingleton<IVisits>(static parts => parts.GetRequiredService<ConnectionWaits>())
        .AddSingleton<IConnectionAdministration, ConnectionAdministration>()
        .AddSingleton<IConnectedCredentials, ConnectedCredentials>()
        .AddSingleton<IPersonPages, ConnectionPages>();
}
