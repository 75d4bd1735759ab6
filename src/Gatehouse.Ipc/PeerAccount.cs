using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;

namespace Gatehouse.Ipc;

/// <summary>The system account at the other end of a socket, as the kernel reports it.</summary>
/// <param name="ProcessId">Process that connected; 0 where the system does not report it.</param>
/// <param name="UserId">Its account; null where the system does not report it and only the socket's mode protects.</param>
public sealed record PeerAccount(int ProcessId, uint? UserId)
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    // A read that fails is repeated by the next caller.
    private static readonly Lazy<uint> OwnId = new(ReadOwnUserId, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>True for our own account and for root.</summary>
    public bool MayControl => UserId is null || UserId == 0 || UserId == OwnUserId();

    /// <summary>True only for our own account: between a person's own programs no other account has a place.</summary>
    public bool IsOwn => UserId is null || UserId == OwnUserId();

    /// <summary>Returns the peer of a connected Unix socket, or null when it cannot be read where it should be.</summary>
    public static PeerAccount? Of(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (!OperatingSystem.IsLinux()) return new PeerAccount(0, null);
        Span<byte> credentials = stackalloc byte[12];
        try
        {
            if (socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials) != credentials.Length) return null;
        }
        catch (SocketException)
        {
            return null;
        }

        return new PeerAccount(
            BitConverter.ToInt32(credentials[..4]), BitConverter.ToUInt32(credentials[4..8]));
    }

    /// <summary>Returns our own account. It is read once: a process that has no descriptor left must still recognize its own connections.</summary>
    public static uint OwnUserId() => OwnId.Value;

    private static uint ReadOwnUserId()
    {
        if (!OperatingSystem.IsLinux()) return 0;
        foreach (var line in File.ReadLines("/proc/self/status"))
        {
            if (!line.StartsWith("Uid:", StringComparison.Ordinal)) continue;
            var parts = line.Split('\t', StringSplitOptions.RemoveEmptyEntries);
            return uint.Parse(parts[2], CultureInfo.InvariantCulture); // effective
        }

        return uint.MaxValue;
    }

    /// <summary>
    /// Returns the name of our own account, or its number where the system has no name for it: in a container the list of accounts may be absent, or
    /// not have the account that the container runs as.
    /// </summary>
    public static string OwnName()
    {
        try
        {
            if (Environment.UserName is { Length: > 0 } name) return name;
        }
        catch (IOException)
        {
            // There is no list of accounts.
        }

        return OwnUserId().ToString(CultureInfo.InvariantCulture);
    }
}
