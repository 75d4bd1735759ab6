using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The container of a host: its own parts, which modules need, and the parts of the modules. It reads no settings and starts nothing.
/// </summary>
internal sealed class HostContainer : IAsyncDisposable
{
    private readonly ServiceProvider provider;
    private readonly Type[] types;

    /// <summary>Builds the container and checks that every part of a module has what it needs.</summary>
    /// <param name="services">The parts.</param>
    /// <param name="replace">Puts doubles in the place of parts; null outside the attack range.</param>
    /// <exception cref="InvalidOperationException">A type is registered twice, or a double replaces no part.</exception>
    /// <exception cref="AggregateException">A part lacks what it needs.</exception>
    public HostContainer(IServiceCollection services, Action<IServiceCollection>? replace)
    {
        RequireOnce(services);
        ServiceDescriptor[] own = [.. services];
        replace?.Invoke(services);
        RequireOnce(services);
        types = [.. own.Select(static part => part.ServiceType)];
        if (services.FirstOrDefault(part => !types.Contains(part.ServiceType)) is { } idle)
            throw new InvalidOperationException($"there is no service {idle.ServiceType} to replace: {PlaceOf(idle)} would not be used");
        Replaced = [.. own.Except(services).Select(static part => "service/" + part.ServiceType.Name)];
        provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    /// <summary>Names of the services that the range replaced with doubles; a complete host has none.</summary>
    public IReadOnlyList<string> Replaced { get; }

    /// <summary>Returns a part.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <exception cref="InvalidOperationException">No part has this type, or what it needs is not there yet.</exception>
    public T Get<T>()
        where T : notnull => provider.GetRequiredService<T>();

    /// <summary>Makes every part, so that a fault of one is a fault of the start.</summary>
    public void MakeAll()
    {
        foreach (var type in types) _ = provider.GetRequiredService(type);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => provider.DisposeAsync();

    // Of two registrations the container would take the last one: a module would take the place of a part of another one, and no line would show it.
    private static void RequireOnce(IServiceCollection services)
    {
        if (services.GroupBy(static part => part.ServiceType).FirstOrDefault(static same => same.Skip(1).Any()) is { } twice)
        {
            throw new InvalidOperationException($"the service {twice.Key} is registered twice, as {string.Join(" and as ", twice.Select(PlaceOf))}: "
                + "remove one of the registrations");
        }
    }

    private static string PlaceOf(ServiceDescriptor part) => part.ImplementationType?.ToString() ?? part.ImplementationInstance?.GetType().ToString()
        ?? (part.ImplementationFactory is { } factory ? "made by " + DiagnosticMethodInfo.Create(factory)?.DeclaringTypeName : "nothing");
}
