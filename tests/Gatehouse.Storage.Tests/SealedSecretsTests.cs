using System.Text;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Support;
using Gatehouse.Testing;

namespace Gatehouse.Storage.Tests;

public sealed class SealedSecretsTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider time = new(Rows.Now);
    private Store store = null!;

    private string RingPath => folder.File("keyring.json");

    public ValueTask InitializeAsync()
    {
        store = Store.Open(folder.File("gatehouse.db"), time);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    [Trait("Requirement", "SK-02")]
    public async Task ASecret_OpensAfterARestart_AndIsReplacedAsAWhole()
    {
        await SetAsync("github-token", "first");
        await store.DisposeAsync();
        await InitializeAsync();
        Assert.Equal("first", await ReadAsync("github-token"));
        await SetAsync("github-token", "second");
        Assert.Equal("second", await ReadAsync("github-token"));
        Assert.Single(await store.Secrets.ListAsync());
    }

    [Fact]
    public async Task EachValue_HasAKeyOfItsOwn()
    {
        await SetAsync("one", "same");
        await SetAsync("two", "same");
        var (one, two) = (await RowAsync("one"), await RowAsync("two"));
        Assert.False(one.SealedKey.Span.SequenceEqual(two.SealedKey.Span));
        // The key of one row opens no value of another, even under the same place.
        await store.Secrets.PutAsync(one with { SealedValue = two.SealedValue }, 10);
        Assert.Equal(SecretState.Damaged, await StateAsync("one"));
    }

    [Fact]
    public async Task AnAbsentSecret_IsMissing_AndARemovedOneToo()
    {
        Assert.Equal(SecretState.Missing, await StateAsync("github-token"));
        await SetAsync("github-token", "value");
        Assert.True(await Secrets().RemoveAsync(Place("github-token"), TestContext.Current.CancellationToken));
        Assert.False(await Secrets().RemoveAsync(Place("github-token"), TestContext.Current.CancellationToken));
        Assert.Equal(SecretState.Missing, await StateAsync("github-token"));
    }

    public static TheoryData<string> BoundParts => ["purpose", "owner", "name"];

    [Theory]
    [MemberData(nameof(BoundParts))]
    [Trait("Requirement", "SK-02")]
    public async Task AStolenRow_OpensAtNoOtherPlace(string part)
    {
        var place = Place("github-token");
        await SetAsync("github-token", "canary");
        var other = part switch
        {
            "purpose" => place with { Purpose = "token" },
            "owner" => place with { Owner = SecretPlace.OwnerOf("https://issuer", "alice") },
            _ => place with { Name = "attacker" },
        };
        var row = await RowAsync("github-token");
        await store.Secrets.PutAsync(row with { Purpose = other.Purpose, Owner = other.Owner, Name = other.Name }, 10,
            TestContext.Current.CancellationToken);
        var (state, value) = await Secrets().OpenAsync(other, TestContext.Current.CancellationToken);
        Assert.Equal((SecretState.Damaged, null), (state, value));
        Assert.Equal("canary", await ReadAsync("github-token"));
    }

    [Theory]
    [MemberData(nameof(BoundParts))]
    public async Task AStolenRow_OpensElsewhere_WhereTheBindingLeavesThatPartOut(string part)
    {
        // Each part of the binding is needed: without it the same copy opens. The owner is bound twice, by the ring's key of the owner too.
        var place = Place("github-token");
        var weak = new SealedSecrets(store.Secrets, Ring(), time, (layer, at) => SecretBindings.ToPlace(layer, part switch
        {
            "purpose" => at with { Purpose = "" },
            "owner" => at with { Owner = "" },
            _ => at with { Name = "" },
        }));
        await weak.SetAsync(place, Bytes("canary"), TestContext.Current.CancellationToken);
        var other = part switch
        {
            "purpose" => place with { Purpose = "token" },
            "owner" => place with { Owner = SecretPlace.OwnerOf("alice") },
            _ => place with { Name = "attacker" },
        };
        var row = await RowAsync("github-token");
        await store.Secrets.PutAsync(row with { Purpose = other.Purpose, Owner = other.Owner, Name = other.Name }, 10,
            TestContext.Current.CancellationToken);
        var (state, value) = await weak.OpenAsync(other, TestContext.Current.CancellationToken);
        Assert.Equal(part == "owner" ? SecretState.Damaged : SecretState.Open, state);
        value?.Dispose();
    }

    [Fact]
    public void OwnersInOtherParts_AreOtherOwners()
    {
        string[] owners =
            [SecretPlace.OwnerOf(), SecretPlace.OwnerOf(""), SecretPlace.OwnerOf("ab"), SecretPlace.OwnerOf("a", "b"), SecretPlace.OwnerOf("", "ab"),
                SecretPlace.OwnerOf("ab", "")];
        Assert.Equal(owners.Length, owners.Distinct().Count());
    }

    [Fact]
    public void BindingsOfOtherPlaces_AreOtherBytes()
    {
        var place = new SecretPlace("ab", "cd", "ef");
        SecretPlace[] places =
        [
            place, new("x", "cd", "ef"), new("ab", "x", "ef"), new("ab", "cd", "x"), new("a", "bcd", "ef"), new("ab", "c", "def"),
            new("abcdef", "", ""), new("", "ab", "cdef"),
        ];
        var bound = places.SelectMany(one => new[] { SecretBindings.ToPlace("key", one), SecretBindings.ToPlace("value", one) })
            .Select(Convert.ToHexString).ToList();
        Assert.Equal(bound.Count, bound.Distinct().Count());
    }

    [Fact]
    public async Task EveryFlippedBit_IsDamage()
    {
        await SetAsync("name", "v");
        var row = await RowAsync("name");
        var secrets = Secrets();
        foreach (var ofKey in (bool[])[true, false])
        {
            var bytes = (ofKey ? row.SealedKey : row.SealedValue).ToArray();
            for (var bit = 0; bit < bytes.Length * 8; bit++)
            {
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                await store.Secrets.PutAsync(ofKey ? row with { SealedKey = bytes } : row with { SealedValue = bytes }, 10,
                    TestContext.Current.CancellationToken);
                var (state, value) = await secrets.OpenAsync(Place("name"), TestContext.Current.CancellationToken);
                Assert.True(state is SecretState.Damaged || (ofKey && bit < 9 * 8 && state is SecretState.KeyLost), $"{ofKey} {bit}");
                Assert.Null(value);
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Fact]
    public async Task ARowCutShort_IsDamage()
    {
        await SetAsync("name", "value");
        var row = await RowAsync("name");
        await store.Secrets.PutAsync(row with { SealedValue = row.SealedValue[..1] }, 10, TestContext.Current.CancellationToken);
        Assert.Equal(SecretState.Damaged, await StateAsync("name"));
    }

    [Fact]
    [Trait("Requirement", "SK-02")]
    public async Task WithoutTheRing_NoSecretOpens_AndTheStateSaysWhy()
    {
        await SetAsync("github-token", "value");
        File.Delete(RingPath);
        Assert.Equal(SecretState.KeyLost, await StateAsync("github-token"));
        await SetAsync("github-token", "again");
        Assert.Equal("again", await ReadAsync("github-token"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(SealedSecrets.MostValueBytes + 1)]
    public async Task AValueOutOfRange_IsRefused_AndNotShown(int length)
    {
        var fault = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await Secrets().SetAsync(Place("name"), Bytes(new string('c', length)), TestContext.Current.CancellationToken));
        Assert.DoesNotContain("ccc", fault.ToString(), StringComparison.Ordinal);
        await Secrets().SetAsync(Place("name"), new byte[SealedSecrets.MostValueBytes], TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task TheMostSecrets_AreRefusedBeyond_WithTheRemedy()
    {
        var row = new SecretRow("secret", Place("x").Owner, "", new byte[] { 1 }, new byte[] { 1 }, Rows.Now, DateTimeOffset.MaxValue);
        await Task.WhenAll(Enumerable.Range(0, SealedSecrets.MostSecrets).Select(
            number => store.Secrets.PutAsync(row with { Name = $"n{number}" }, SealedSecrets.MostSecrets).AsTask()));
        var refusal = await Assert.ThrowsAsync<StoreException>(() => SetAsync("one-more", "value"));
        Assert.Contains("gatehouse secret remove", refusal.Message, StringComparison.Ordinal);
        await SetAsync("n1", "what is there needs no place");
    }

    [Theory]
    [InlineData("a")]
    [InlineData("github-token")]
    [InlineData("0.a_b-c")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234")]
    public void AName_IsOfSmallLettersDigitsAndMarks(string name) => Assert.True(SecretPlace.IsName(name));

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("-a")]
    [InlineData("ä")]
    [InlineData("a\n")]
    [InlineData("token=ghp_canary")]
    [InlineData("a2345678901234567890123456789012345678901234567890123456789012345")]
    public void AnythingElse_IsNoName_AndIsNotRepeated(string name)
    {
        Assert.False(SecretPlace.IsName(name));
        Assert.DoesNotContain("ghp_canary", Assert.Throws<ArgumentException>(() => SecretPlace.OfGateway(name)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOpenedSecret_CannotBePrinted_AndIsOverwritten()
    {
        await SetAsync("name", "canary");
        var (_, value) = await Secrets().OpenAsync(Place("name"), TestContext.Current.CancellationToken);
        Assert.NotNull(value);
        Assert.Equal("***", $"{value}");
        Assert.DoesNotContain("canary", System.Text.Json.JsonSerializer.Serialize(value), StringComparison.Ordinal);
        value.Dispose();
        Assert.Throws<ObjectDisposedException>(() => value.Reveal().Length);
    }

    private static SecretPlace Place(string name) => SecretPlace.OfGateway(name);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private KeyRing Ring() => KeyRing.OpenOrCreate(RingPath, time);

    private SealedSecrets Secrets() => new(store.Secrets, Ring(), time);

    private async Task SetAsync(string name, string value) =>
        await Secrets().SetAsync(Place(name), Bytes(value), TestContext.Current.CancellationToken);

    private async Task<SecretState> StateAsync(string name) =>
        (await Secrets().OpenAsync(Place(name), TestContext.Current.CancellationToken)).State;

    private async Task<string> ReadAsync(string name)
    {
        var (state, value) = await Secrets().OpenAsync(Place(name), TestContext.Current.CancellationToken);
        Assert.Equal(SecretState.Open, state);
        using (value) return Encoding.UTF8.GetString(value!.Reveal());
    }

    private async Task<SecretRow> RowAsync(string name) =>
        (await store.Secrets.FindAsync("secret", Place(name).Owner, name, TestContext.Current.CancellationToken))!;
}
