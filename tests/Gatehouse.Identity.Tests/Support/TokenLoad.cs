using System.Collections.Concurrent;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.Support;

/// <summary>Validates tokens from several threads without a pause, and keeps every answer that must never be given.</summary>
internal sealed class TokenLoad(TokenValidator validator)
{
    private const int Workers = 4;

    private readonly ConcurrentQueue<(Func<string> Token, TokenRefusal[] Allowed)> never = [];
    private readonly ConcurrentQueue<WatchedToken> watched = [];
    private readonly ConcurrentDictionary<string, byte> faults = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource end = new();
    private Task[] workers = [];
    private long rounds;

    /// <summary>Answers that were wrong; empty when there was none.</summary>
    public string Faults => string.Join("; ", faults.Keys.Order(StringComparer.Ordinal));

    public void Never(string token, params TokenRefusal[] allowed) => Never(() => token, allowed);

    public void Never(Func<string> token, params TokenRefusal[] allowed) => never.Enqueue((token, allowed));

    public WatchedToken Watch(string token)
    {
        var watched = new WatchedToken(token);
        this.watched.Enqueue(watched);
        return watched;
    }

    public void Start() => workers = [.. Enumerable.Range(0, Workers).Select(_ => Task.Run(WorkAsync))];

    public async Task RoundsAsync(int more)
    {
        var until = Interlocked.Read(ref rounds) + more;
        await WaitAsync(() => Interlocked.Read(ref rounds) >= until);
    }

    public async Task StopAsync()
    {
        await end.CancelAsync();
        await Task.WhenAll(workers);
        end.Dispose();
    }

    internal static Task WaitAsync(Func<bool> isThere) => Eventually.TrueAsync(isThere, "as many answers under load");

    private async Task WorkAsync()
    {
        while (!end.IsCancellationRequested)
        {
            foreach (var (token, allowed) in never)
            {
                var result = await ValidateAsync(token());
                if (result.IsVerified || !allowed.Contains(result.Refusal!.Value))
                    faults.TryAdd(result.IsVerified
                        ? "a wrong token was accepted" : $"{result.Refusal} in the place of {string.Join("/", allowed)}", 0);
            }

            foreach (var watched in this.watched)
            {
                var ticket = watched.Begin();
                watched.End(ticket, await ValidateAsync(watched.Token));
            }

            Interlocked.Increment(ref rounds);
            await Task.Yield();
        }
    }

    private async Task<TokenResult> ValidateAsync(string token) =>
        await validator.ValidateAsync(new AccessTokenValue(token), OidcProvider.Resource, CancellationToken.None);
}
