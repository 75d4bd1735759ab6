using Gatehouse.AuthZen.Serving;
using Gatehouse.Containment;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Policy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatehouse.Gateway.Tests;

/// <summary>The container of a host refuses what would leave out or exchange a part without a line that shows it.</summary>
public sealed class HostContainerTests
{
    [Fact]
    public void TypeThatIsRegisteredTwice_IsAFaultThatNamesBoth()
    {
        var services = new ServiceCollection().AddSingleton<IBarredParties, First>().AddSingleton<IBarredParties>(static _ => new Second());
        var fault = Assert.Throws<InvalidOperationException>(() => new HostContainer(services, null));
        Assert.Contains(nameof(IBarredParties), fault.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(First), fault.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(HostContainerTests), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ModuleWithoutWhatItNeeds_IsAFault()
    {
        var fault = Assert.Throws<AggregateException>(() => new HostContainer(new ServiceCollection().AddContainment(), null));
        Assert.Contains(nameof(StoredContainments), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DoubleOfAService_IsWhatTheHostHas_AndIsNamedToTheGuardOfThePipeline()
    {
        await using var container = new HostContainer(new ServiceCollection().AddSingleton<IBarredParties, First>(),
            static services => services.Replace(ServiceDescriptor.Singleton<IBarredParties, Second>()));
        Assert.IsType<Second>(container.Get<IBarredParties>());
        Assert.Equal(["service/IBarredParties"], container.Replaced);
    }

    [Fact]
    public void DoubleOfNoService_IsAFault()
    {
        var services = new ServiceCollection().AddSingleton<First>();
        var fault = Assert.Throws<InvalidOperationException>(
            () => new HostContainer(services, static services => services.AddSingleton<IBarredParties, Second>()));
        Assert.Contains("there is no service", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HostAsItIsShipped_HasNoDouble()
    {
        await using var gateway = await TestGateway.StartAsync();
        Assert.Empty(gateway.Host.Core.Services.ReplacedServices);
    }

    private class First : IBarredParties
    {
        public string? Find(PolicySubject subject, PolicyRequest request, DateTimeOffset at) => null;
    }

    private sealed class Second : First;
}
