using System.Globalization;
using System.Net;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Running;

/// <summary>Reads the listening ports that loopback reaches from <c>/proc/net</c>.</summary>
internal static class Listeners
{
    private const string ListenState = "0A";

    public static IReadOnlyList<Listener> Read(ICollection<Gap> gaps)
    {
        var found = new List<Listener>();
        foreach (var table in (string[])["/proc/net/tcp", "/proc/net/tcp6"])
        {
            try
            {
                if (File.Exists(table)) found.AddRange(File.ReadLines(table).Skip(1).Take(100_000).Select(Parse).OfType<Listener>());
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                gaps.Add(new Gap(table, "it could not be read", true));
            }
        }

        return [.. found.Where(listener => IPAddress.IsLoopback(listener.Address) || listener.IsOpen).Distinct()];
    }

    /// <summary>Returns one row of the table (Documentation/networking/proc_net_tcp.rst), or null for one that does not listen.</summary>
    internal static Listener? Parse(string row)
    {
        var parts = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 4 || parts[3] != ListenState || parts[1].Split(':') is not [var address, var port]) return null;
        if (!int.TryParse(port, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) || address.Length is not (8 or 32))
            return null;
        var bytes = Convert.FromHexString(address);
        // Each group of four is in the machine's order.
        for (var i = 0; i < bytes.Length && BitConverter.IsLittleEndian; i += 4) Array.Reverse(bytes, i, 4);
        return new Listener(new IPAddress(bytes), number);
    }
}
