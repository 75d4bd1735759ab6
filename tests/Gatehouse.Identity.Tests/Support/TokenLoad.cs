using System.Collections.Concurrent;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Tokens;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.Support;

/// <summary>Validates tokens from several threads without a pause, and keeps every answer that must never be given.</summary>
internal sealed class TokenLoad(TokenValidator validator)
{
    private const int Workers = 4;

    private readonly ConcurrentQueue<(Func<string> Token, TokenRefusal[] Allowed)> _never = [];
    private readonly ConcurrentQueue<WatchedToken> _watched = [];
    private readonly ConcurrentDictionary<string, byte> _faults = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _end = new();
    private Task[] _workers = [];
    private long _rounds;

    /// <summary>Answers that were wrong; empty when there was none.</summary>
    public string Faults => string.Join("; ", _faults.Keys.Order(StringComparer.Ordinal));

    public void Never(string token, params TokenRefusal[] allowed) => Never(() => token, allowed);

    public void Never(Func<string> token, params TokenRefusal[] allowed) => _never.Enqueue((token, allowed));

    public WatchedToken Watch(string token)
    {
        var watched = new WatchedToken(token);
        _watched.Enqueue(watched);
        return watched;
    }

    public void Start() => _workers = [.. Enumerable.Range(0, Workers).Select(_ => Task.Run(WorkAsync))];

    public async Task RoundsAsync(int more)
    {
        var until = Interlocked.Read(ref _rounds) + more;
        await WaitAsync(() => Interlocked.Read(ref _rounds) >= until);
    }

    public async Task StopAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_workers);
        _end.Dispose();
    }

    internal static Task WaitAsync(Func<bool> isThere) => Eventually.TrueAsync(isThere, "as many answers under load");

    private async Task WorkAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            foreach (var (token, allowed) in _never)
            {
                var result = await ValidateAsync(token());
                if (result.IsVerified || !allowed.Contains(result.Refusal!.Value))
                    _faults.TryAdd(result.IsVerified ? "a wrong token was accepted" : $"{result.Refusal} in the place of {string.Join("/", allowed)}", 0);
            }

            foreach (var watched in _watched)
            {
                var ticket = watched.Begin();
                watched.End(ticket, await ValidateAsync(watched.Token));
            }

            Interlocked.Increment(ref _rounds);
            await Task.Yield();
        }
    }

    private async Task<TokenResult> ValidateAsync(string token) =>
        await validator.ValidateAsync(new AccessTokenValue(token), OidcProvider.Resource, CancellationToken.None);
}
