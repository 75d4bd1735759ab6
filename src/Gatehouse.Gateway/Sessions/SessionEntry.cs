using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Conversations;

namespace Gatehouse.Gateway.Sessions;

/// <summary>A session known in this process, with its owner as <c>gatehouse session list</c> shows it.</summary>
public sealed class SessionEntry
{
    private long lastSeenTicks;

    internal SessionEntry(SessionBinding binding, VerifiedToken owner, string server, DateTimeOffset now)
    {
        Binding = binding;
        Issuer = owner.Issuer;
        Subject = owner.Subject;
        ClientId = owner.ClientId;
        Server = server;
        Touch(now);
    }

    /// <summary>The session.</summary>
    public SessionBinding Binding { get; }

    /// <summary>Issuer of its owner.</summary>
    public string Issuer { get; }

    /// <summary>Subject of its owner.</summary>
    public string Subject { get; }

    /// <summary>Client of its owner.</summary>
    public string? ClientId { get; }

    /// <summary>The server that it belongs to.</summary>
    public string Server { get; }

    /// <summary>The digest of its handle, while <see cref="OpenedHandles"/> has it. Under the lock of that.</summary>
    internal UInt128? HandleDigest { get; set; }

    /// <summary>The moment of its last use.</summary>
    public DateTimeOffset LastSeen => new(Interlocked.Read(ref lastSeenTicks), TimeSpan.Zero);

    internal void Touch(DateTimeOffset now) => Interlocked.Exchange(ref lastSeenTicks, now.UtcTicks);
}
