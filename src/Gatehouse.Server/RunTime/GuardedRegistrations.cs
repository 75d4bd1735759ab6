using System.Data;
using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Server.RunTime;

/// <summary>
/// Replaces the data sources and connections of the container by guarded ones, and finds those that it cannot replace: of the type of their provider,
/// or added later. Tools would run statements through them that nothing judges (CWE-89, CWE-693).
/// </summary>
internal sealed class GuardedRegistrations
{
    private readonly IServiceCollection services;
    private readonly HashSet<ServiceDescriptor> made = [];

    public GuardedRegistrations(IServiceCollection services)
    {
        this.services = services;
        for (var i = 0; i < services.Count; i++)
        {
            if (!IsBase(services[i].ServiceType)) continue;
            services[i] = Guarded(services[i]);
            made.Add(services[i]);
        }
    }

    /// <summary>Returns a line for each registration whose statements would not be judged.</summary>
    public IEnumerable<string> Faults() => services.Where(one => !made.Contains(one)).Select(static one => one.ServiceType switch
    {
        var type when IsBase(type) =>
            $"{type.Name} was added after AddGatehouse, so its statements would not be judged: call AddGatehouse after it",
        var type when type.IsAssignableTo(typeof(DbDataSource)) || type.IsAssignableTo(typeof(IDbConnection)) =>
            $"the registration of {type.Name} has the type of its provider, so its statements would not be judged: register it as DbDataSource only "
            + "(services.AddSingleton<DbDataSource>(…)), or choose RunTimeProtection(RunTimeGuardMode.Observe)",
        _ => "",
    }).Where(static line => line.Length > 0).Distinct();

    private static bool IsBase(Type type) => type == typeof(DbDataSource) || type == typeof(DbConnection) || type == typeof(IDbConnection);

    private static ServiceDescriptor Guarded(ServiceDescriptor given) => given.IsKeyedService
        ? ServiceDescriptor.DescribeKeyed(given.ServiceType, given.ServiceKey, (provider, key) => Guarded(given.KeyedImplementationInstance
            ?? given.KeyedImplementationFactory?.Invoke(provider, key)
            ?? ActivatorUtilities.CreateInstance(provider, given.KeyedImplementationType!)), given.Lifetime)
        : ServiceDescriptor.Describe(given.ServiceType, provider => Guarded(given.ImplementationInstance
            ?? given.ImplementationFactory?.Invoke(provider)
            ?? ActivatorUtilities.CreateInstance(provider, given.ImplementationType!)), given.Lifetime);

    private static object Guarded(object inner) => inner switch
    {
        GuardedDataSource or GuardedConnection => inner, // a registration that asks for another one
        DbDataSource source => new GuardedDataSource(source),
        DbConnection connection => new GuardedConnection(connection),
        _ => throw new InvalidOperationException(
            $"{inner.GetType().Name} is no DbConnection, so its statements would not be judged: register a DbConnection"),
    };
}
