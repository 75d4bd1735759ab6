using System.Globalization;
using Gatehouse.Gateway.Secrets;
using Gatehouse.Outbound;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Secrets;

/// <summary>References to vaults outside of this machine, while the gateway runs.</summary>
public sealed class KeyVaultReferenceTests : IAsyncDisposable
{
    private static readonly VaultReadException Outage = new("the secret keyvault:main/key at v.example cannot be read: no answer came in time");
    private static readonly VaultReadException Gone = new("the secret keyvault:main/key at v.example is disabled", isGone: true);

    private readonly ManualTimeProvider clock = new();
    private readonly KeyVaultDouble vault = new();
    private readonly List<string> events = [];
    private readonly SecretReference reference = new("keyvault", "main/key");
    private readonly SecretResolver secrets;
    private readonly VaultWatch watch;

    public KeyVaultReferenceTests()
    {
        secrets = new SecretResolver(null, vault, clock);
        watch = new VaultWatch(secrets, new EventTexts(events.Add));
    }

    [Fact]
    [Trait("Requirement", "SK-03")]
    public async Task NewValue_IsUsedWithoutAReload_AndCallersWithTheOldOneFinish()
    {
        await AdoptAsync();
        var held = secrets.Resolve(reference);
        vault.Value = "second";
        await LookAsync(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.Equal("first", Text());
        Assert.Single(vault.Reads);
        await LookAsync(TimeSpan.FromTicks(1));
        Assert.Equal("second", Text());
        Assert.Equal("first", held.Reveal().ToString());
        Assert.Equal(["the secret keyvault:main/key has a new value; it is used from now on"], events);
    }

    [Fact]
    public async Task SameValue_IsNoEvent_AndStaysTheSameObject()
    {
        await AdoptAsync();
        var before = secrets.Resolve(reference);
        await LookAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(2, vault.Reads.Count);
        Assert.Same(before, secrets.Resolve(reference));
        Assert.Empty(events);
    }

    [Fact]
    [Trait("Requirement", "SK-03")]
    public async Task Outage_IsOutlastedForItsTime_ThenNothingUsesTheValue_UntilTheVaultAnswers()
    {
        await AdoptAsync();
        var read = clock.GetUtcNow().ToString("u", CultureInfo.InvariantCulture);
        vault.Fault = Outage;
        await LookAsync(TimeSpan.FromMinutes(5));
        await LookAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("first", Text());
        await LookAsync(TimeSpan.FromHours(24) - TimeSpan.FromMinutes(6));
        Assert.Equal("first", Text());
        await LookAsync(TimeSpan.FromMinutes(1));
        Assert.Equal($"the secret keyvault:main/key was good last at {read}, and is not used any more: {Outage.Message}",
            Assert.Throws<InvalidDataException>(Text).Message);
        await LookAsync(TimeSpan.FromMinutes(1));
        vault.Fault = null;
        await LookAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("first", Text());
        Assert.Collection(events,
            one => Assert.StartsWith($"{Outage.Message}; the last value of keyvault:main/key is used until ", one, StringComparison.Ordinal),
            one => Assert.Equal($"{Outage.Message}; the secret keyvault:main/key is not used any more, and calls that need it fail", one),
            one => Assert.Equal("the secret keyvault:main/key can be read again", one));
    }

    [Fact]
    public async Task ValueThatNoRoundReadAgain_EndsWithTheOutageToo()
    {
        await AdoptAsync();
        clock.Advance(TimeSpan.FromHours(24) + TimeSpan.FromTicks(1));
        Assert.Contains("it was not read again", Assert.Throws<InvalidDataException>(Text).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecretThatIsDisabled_IsNotUsedFromTheNextReadOn()
    {
        await AdoptAsync();
        vault.Fault = Gone;
        await LookAsync(TimeSpan.FromMinutes(5));
        Assert.Contains("is disabled", Assert.Throws<InvalidDataException>(Text).Message, StringComparison.Ordinal);
        Assert.Equal($"{Gone.Message}; the secret keyvault:main/key is not used any more, and calls that need it fail", Assert.Single(events));
    }

    [Fact]
    public async Task Version_IsReadOnce_AndOutlastsEveryOutage()
    {
        var version = new SecretReference("keyvault", "main/key/" + new string('a', 32));
        secrets.Adopt(await secrets.ReadAllAsync([new SecretUse("a", version)], [Vault()]));
        vault.Fault = Outage;
        await LookAsync(TimeSpan.FromDays(100));
        Assert.Equal("first", secrets.Resolve(version).Reveal().ToString());
        Assert.Equal($"v.example key {new string('a', 32)}", Assert.Single(vault.Reads));
    }

    [Fact]
    public async Task NewValueThatHasALineBreak_IsAFaultOfTheRead_AndTheOldOneStays()
    {
        await AdoptAsync();
        vault.Value = "one\r\nInjected: two";
        await LookAsync(TimeSpan.FromMinutes(5));
        Assert.Equal("first", Text());
        Assert.Contains("contains a line break", Assert.Single(events), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_IsTakenOnlyWhereTheKeyTakesOne()
    {
        vault.Value = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        var document = new SecretUse("client.certificate", reference) { AllowsLines = true };
        var read = Assert.Single(await secrets.ReadAllAsync([document], [Vault()]));
        Assert.Equal(vault.Value, read.Value.Reveal().ToString());
        var header = new SecretUse("servers.up.credential.value", reference);
        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => secrets.ReadAllAsync([document, header], [Vault()]));
        Assert.Equal("servers.up.credential.value: the secret keyvault:main/key contains a line break; keep one line only", fault.Message);
    }

    [Fact]
    [Trait("Requirement", "SK-01")]
    public async Task FaultOfTheStart_NamesKeyCauseAndRemedy()
    {
        vault.Fault = new VaultReadException("the secret keyvault:main/key at v.example does not exist; create it", isGone: true);
        var fault = await Assert.ThrowsAsync<InvalidDataException>(AdoptAsync);
        Assert.Equal("servers.up.credential.value: the secret keyvault:main/key at v.example does not exist; create it", fault.Message);
    }

    [Fact]
    public async Task ReloadDuringAnOutage_KeepsTheValueOfTheSameVault_AndOfNoOther()
    {
        await AdoptAsync();
        vault.Fault = Outage;
        var next = new SecretReference("keyvault", "main/key");
        secrets.Adopt(await secrets.ReadAllAsync([new SecretUse("a", next)], [Vault()]));
        Assert.Equal("first", secrets.Resolve(next).Reveal().ToString());
        await Assert.ThrowsAsync<InvalidDataException>(
            () => secrets.ReadAllAsync([new SecretUse("a", next)], [Vault() with { Url = new Uri("https://other.example") }]));
        vault.Fault = Gone;
        await Assert.ThrowsAsync<InvalidDataException>(() => secrets.ReadAllAsync([new SecretUse("a", next)], [Vault()]));
    }

    [Fact]
    public async Task LongerOutage_CanBeSetWhileTheVaultDoesNotAnswer()
    {
        await AdoptAsync();
        vault.Fault = Outage;
        await LookAsync(TimeSpan.FromHours(25));
        Assert.Throws<InvalidDataException>(Text);
        await Assert.ThrowsAsync<InvalidDataException>(AdoptAsync);
        var longer = Vault() with { Outage = TimeSpan.FromHours(72) };
        secrets.Adopt(await secrets.ReadAllAsync([new SecretUse("servers.up.credential.value", reference)], [longer]));
        Assert.Equal("first", Text());
        await LookAsync(TimeSpan.FromHours(48));
        Assert.Throws<InvalidDataException>(Text);
    }

    [Fact]
    [Trait("Requirement", "SK-03")]
    public async Task ReferenceIsReadOnceAtATime_AndFewTogether()
    {
        var uses = Enumerable.Range(0, 20).Select(at => new SecretUse($"a{at}", new SecretReference("keyvault", $"main/key{at}"))).ToList();
        secrets.Adopt(await secrets.ReadAllAsync([.. uses, .. uses], [Vault()]));
        Assert.Equal(20, vault.Reads.Count);
        vault.Gate = new SemaphoreSlim(0);
        clock.Advance(TimeSpan.FromMinutes(5));
        watch.Look();
        await Eventually.TrueAsync(() => vault.Reads.Count == 20 + SecretResolver.MostReadsOfVaults, "the first reads of the round");
        watch.Look();
        vault.Gate.Release(1000);
        await watch.SettledAsync();
        Assert.Equal(40, vault.Reads.Count);
        Assert.True(vault.Most <= SecretResolver.MostReadsOfVaults, $"{vault.Most} reads together");
    }

    [Fact]
    public async Task ReferenceOfAnEarlierConfiguration_IsReadNoMore()
    {
        await AdoptAsync();
        secrets.Adopt([]);
        await LookAsync(TimeSpan.FromMinutes(5));
        Assert.Single(vault.Reads);
        Assert.Equal("first", Text()); // an exchange that began before the reload
    }

    public ValueTask DisposeAsync() => watch.DisposeAsync();

    private static VaultSettings Vault() => new() { Name = "main", Url = new Uri("https://v.example") };

    private string Text() => secrets.Resolve(reference).Reveal().ToString();

    private async Task AdoptAsync() =>
        secrets.Adopt(await secrets.ReadAllAsync([new SecretUse("servers.up.credential.value", reference)], [Vault()]));

    private Task LookAsync(TimeSpan later)
    {
        clock.Advance(later);
        watch.Look();
        return watch.SettledAsync();
    }
}
