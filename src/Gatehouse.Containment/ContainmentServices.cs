using Gatehouse.Pipeline.Containment;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Containment;

/// <summary>Adds the containment of servers, tools, users, clients and sessions to a host (IR-01).</summary>
internal static class ContainmentServices
{
    /// <summary>
    /// Adds it. The host has its clock, key ring, table and rows of the store, journal and marks of persons in the same container.
    /// </summary>
    public static IServiceCollection AddContainment(this IServiceCollection services) => services
        .AddSingleton<ContainmentBoxes>()
        .AddSingleton<ContainmentState>()
        .AddSingleton<IContainments>(static parts => parts.GetRequiredService<ContainmentState>())
        .AddSingleton<ContainmentJournal>()
        .AddSingleton<ContainmentRegister>();
}
