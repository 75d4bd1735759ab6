using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatehouse.Range.Running;

/// <summary>Doubles in the place of services of a gateway's container.</summary>
internal static class ServiceDoubles
{
    /// <summary>Puts a double in the place of a service.</summary>
    /// <param name="services">The services of the gateway.</param>
    /// <param name="make">Makes the double of the service.</param>
    /// <typeparam name="T">The type of the service.</typeparam>
    /// <exception cref="InvalidOperationException">The gateway has no such service: the exercise would test nothing.</exception>
    public static void Around<T>(this IServiceCollection services, Func<T, T> make)
        where T : class
    {
        var real = services.FirstOrDefault(static one => one.ServiceType == typeof(T))
            ?? throw new InvalidOperationException($"there is no service {typeof(T)} to replace");
        services.Replace(ServiceDescriptor.Singleton(parts => make(Make<T>(parts, real))));
    }

    private static T Make<T>(IServiceProvider parts, ServiceDescriptor real) => (T)(real.ImplementationInstance
        ?? real.ImplementationFactory?.Invoke(parts) ?? ActivatorUtilities.CreateInstance(parts, real.ImplementationType!));
}
