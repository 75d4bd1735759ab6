using System.Text;
using System.Text.Json;
using Gatehouse.AuthorizationServer.Signing;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Tokens;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.Tests.Signing;

public sealed class TokenSigningKeysTests : IDisposable
{
    private readonly ManualTimeProvider clock = new();
    private readonly MemorySigningKeys store = new();
    private readonly TokenSigningKeys keys;

    public TokenSigningKeysTests() => keys = new TokenSigningKeys(store, clock);

    public void Dispose() => keys.Dispose();

    [Fact]
    public async Task AKey_IsPublishedBeforeItSigns_AndUntilItsLastTokenIsOver()
    {
        var first = KeyOf(await SignAsync());
        Assert.Equal([first], await PublishedAsync());

        // The new key is published for as long as anybody may keep the old key set.
        clock.Advance(TokenSigningKeys.Period - TokenSigningKeys.Lead);
        var published = await PublishedAsync();
        Assert.Equal(2, published.Count);
        Assert.Equal(first, KeyOf(await SignAsync()));
        Assert.True(TokenSigningKeys.Lead > TokenSigningKeys.DocumentLife + TimeSpan.FromMinutes(1));

        clock.Advance(TokenSigningKeys.Lead - TimeSpan.FromSeconds(1));
        var last = await SignAsync();
        Assert.Equal(first, KeyOf(last));
        clock.Advance(TimeSpan.FromSeconds(1));
        var second = KeyOf(await SignAsync());
        Assert.Equal(published.Except([first]).Single(), second);

        clock.Advance(TimeSpan.FromHours(1));
        Assert.NotNull(await keys.ReadAsync(last, TestContext.Current.CancellationToken));
        clock.Advance(TokenSigningKeys.Overlap);
        Assert.Equal([second], await PublishedAsync());
        Assert.Null(await keys.ReadAsync(last, TestContext.Current.CancellationToken));
        Assert.Single(store.Keys);
    }

    [Fact]
    public async Task ALostKey_GivesANewOne_AndItsTokensAreNotValid()
    {
        var token = await SignAsync();
        var generation = keys.Generation;
        store.Keys.Clear();
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.NotEqual(KeyOf(token), KeyOf(await SignAsync()));
        Assert.NotEqual(generation, keys.Generation);
        Assert.Null(await keys.ReadAsync(token, TestContext.Current.CancellationToken));
        Assert.Equal(TokenRefusal.UnknownKey, (await keys.FindAsync(KeyOf(token), "ES256", default, TestContext.Current.CancellationToken)).Refusal);
    }

    [Fact]
    public async Task TwoGatewaysOfOneStore_KnowTheKeysOfBoth()
    {
        using var other = new TokenSigningKeys(store, clock);
        await SignAsync();
        await other.DocumentAsync(TestContext.Current.CancellationToken);
        store.Keys.Clear();
        clock.Advance(TimeSpan.FromMinutes(1));
        var token = await SignAsync();
        Assert.Null((await other.FindAsync(KeyOf(token), "ES256", default, TestContext.Current.CancellationToken)).Refusal);
    }

    [Fact]
    public async Task InventedKeyIds_ReadTheStoreOnlyNowAndThen()
    {
        await SignAsync();
        clock.Advance(TimeSpan.FromSeconds(11));
        var reads = store.Reads;
        for (var count = 0; count < 100; count++)
            await keys.FindAsync($"invented-{count}", "ES256", default, TestContext.Current.CancellationToken);
        Assert.Equal(reads + 1, store.Reads);
    }

    [Fact]
    public async Task AStoreThatFails_RefusesTokens_AndSignsNothingNew()
    {
        store.IsBroken = true;
        Assert.Equal(TokenRefusal.KeysUnavailable, (await keys.FindAsync("x", "ES256", default, TestContext.Current.CancellationToken)).Refusal);
        await Assert.ThrowsAsync<StoreException>(SignAsync);
        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        await SigningKeysHttp.ServeAsync(context, keys);
        Assert.Equal(503, context.Response.StatusCode);
    }

    [Fact]
    public async Task ThePublishedSet_HasNoPrivateKey()
    {
        await SignAsync();
        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        context.Response.Body = new MemoryStream();
        await SigningKeysHttp.ServeAsync(context, keys);
        var document = ((MemoryStream)context.Response.Body).ToArray();
        Assert.Equal("public, max-age=300", context.Response.Headers.CacheControl);
        Assert.DoesNotContain("\"d\"", Encoding.UTF8.GetString(document), StringComparison.Ordinal);
        Assert.True(JsonWebKeySet.Parse(document).CanVerify);
        Assert.Equal("signing key " + store.Keys[0].Id, store.Keys[0].ToString());
    }

    private static string KeyOf(string token)
    {
        var part = token.AsSpan(0, token.IndexOf('.', StringComparison.Ordinal));
        using var header = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(part));
        return header.RootElement.GetProperty("kid").GetString()!;
    }

    private Task<string> SignAsync() => keys.SignAsync("{}"u8.ToArray(), TestContext.Current.CancellationToken).AsTask();

    private async Task<List<string>> PublishedAsync()
    {
        var set = JsonWebKeySet.Parse(await keys.DocumentAsync(TestContext.Current.CancellationToken));
        return [.. set.Keys.Select(key => key.KeyId!)];
    }
}
