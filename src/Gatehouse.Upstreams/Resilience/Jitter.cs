using System.Security.Cryptography;

namespace Gatehouse.Upstreams.Resilience;

/// <summary>Random numbers, for pauses that must not be equal.</summary>
internal static class Jitter
{
    private const int Steps = 1 << 20;

    /// <summary>Returns a number from 0 to 1.</summary>
    public static double Next() => RandomNumberGenerator.GetInt32(Steps + 1) / (double)Steps;
}
