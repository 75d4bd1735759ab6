using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Tests.Support;

/// <summary>The answers about one good token, in the order in which they were asked for.</summary>
internal sealed class WatchedToken(string token)
{
    private readonly Lock _lock = new();
    private readonly HashSet<TokenRefusal> _reasons = [];
    private int _accepted;
    private int _refused;
    private bool? _last;
    private int _changes;

    public string Token => token;

    public int Accepted
    {
        get
        {
            lock (_lock) return _accepted;
        }
    }

    public int Refused
    {
        get
        {
            lock (_lock) return _refused;
        }
    }

    public IReadOnlyList<TokenRefusal> Reasons
    {
        get
        {
            lock (_lock) return [.. _reasons];
        }
    }

    /// <summary>True when the answer changed once at most, as seen by questions that began after the change was seen.</summary>
    public bool IsMonotonic
    {
        get
        {
            lock (_lock) return _changes <= 1;
        }
    }

    public Task UntilAsync(Func<WatchedToken, bool> isThere) => TokenLoad.WaitAsync(() => isThere(this));

    /// <summary>A ticket for a question: how often the answer had changed when it began.</summary>
    public int Begin()
    {
        lock (_lock) return _changes;
    }

    public void End(int ticket, TokenResult result)
    {
        lock (_lock)
        {
            if (result.IsVerified)
                _accepted++;
            else
                _refused++;
            if (result.Refusal is { } reason)
                _reasons.Add(reason);
            if (ticket != _changes)
                return; // begun before the last change: either answer is right
            if (_last is { } last && last != result.IsVerified)
                _changes++;
            _last = result.IsVerified;
        }
    }
}
