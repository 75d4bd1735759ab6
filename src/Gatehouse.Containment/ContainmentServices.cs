using Gatehouse.Administration;
using Gatehouse.Pipeline.Containment;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Containment;

/// <summary>Adds the containment of servers, tools, users, clients and sessions to a host (IR-01).</summary>
internal static class ContainmentServices
{
    /// <summary>
    /// Adds it. In the same container the host has its clock and log, the key ring, table and rows of the store, journal and marks of persons, the
    /// <see cref="IContainmentHost"/> and the <see cref="IReleaseReserve"/>.
    /// </summary>
    public static IServiceCollection AddContainment(this IServiceCollection services) => services
        .AddSingleton<ContainmentBoxes>()
        .AddSingleton<ContainmentState>()
        .AddSingleton<IContainments>(static parts => parts.GetRequiredService<ContainmentState>())
        .AddSingleton<ContainmentJournal>()
        .AddSingleton<ContainmentRegister>()
        .AddSingleton<ContainmentEffects>()
        .AddSingleton<ContainmentSweep>()
        .AddSingleton<IContainmentAdministration, ContainmentAdministration>();
}
