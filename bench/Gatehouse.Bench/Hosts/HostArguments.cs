using System.Globalization;

namespace Gatehouse.Bench.Hosts;

/// <summary>Arguments of the servers that the benchmark starts.</summary>
internal static class HostArguments
{
    public static int Port(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
