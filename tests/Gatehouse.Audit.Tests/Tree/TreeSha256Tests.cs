using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Tests.Tree;

/// <summary>SHA-256 of leaves and nodes, against the runtime's.</summary>
public sealed class TreeSha256Tests
{
    // The ends of blocks and of padding (FIPS 180-4, section 5.1.1), the longest input of the direct way, and the longest entry.
    private static readonly int[] Lengths =
    [
        0, 1, 31, 32, 54, 55, 56, 62, 63, 64, 65, 118, 119, 127, 128, 500, 1022, 1023, 1024, 1025, 2046, 2047, 2048, 2049, 2050, 65_535,
    ];

    [Fact]
    public void TheHash_IsThatOfTheRuntime_ForEveryLengthAndCut()
    {
        var random = new Random(5);
        foreach (var length in Lengths)
        {
            var bytes = new byte[1 + length];
            random.NextBytes(bytes);
            var expected = SHA256.HashData(bytes);
            foreach (var cut in new[] { 0, length / 3, length })
            {
                var (first, second) = (bytes.AsMemory(1, cut), bytes.AsMemory(1 + cut));
                var hash = new byte[TreeHash.Length];
                TreeSha256.Hash(bytes[0], first.Span, second.Span, hash);
                Assert.Equal(expected, hash);
                TreeSha256.HashByRuntime(bytes[0], first.Span, second.Span, hash);
                Assert.Equal(expected, hash);
            }
        }
    }

    // Otherwise every test here compares the runtime with itself.
    [Fact]
    public void WhereLibcryptoIsThere_ShortInputsGoToIt() =>
        Assert.Equal(OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libcrypto.so.3", out _) && !IsLimitedToFips(), TreeSha256.IsDirect);

    [Fact]
    public void ADestinationThatIsTooShort_IsRefused_AndNothingIsWrittenBehindIt()
    {
        var memory = new byte[TreeHash.Length];
        Assert.ThrowsAny<ArgumentException>(() => TreeSha256.Hash(0, "leaf"u8, [], memory.AsSpan(0, TreeHash.Length - 1)));
        Assert.Equal(0, memory[^1]);
    }

    [Fact]
    public void ManyThreads_GetTheirOwnHashes()
    {
        Parallel.For(0, 2000, i =>
        {
            var bytes = new byte[1 + (i % 300)];
            Array.Fill(bytes, (byte)i);
            var hash = new byte[TreeHash.Length];
            TreeSha256.Hash(bytes[0], bytes.AsSpan(1), [], hash);
            Assert.Equal(SHA256.HashData(bytes), hash);
        });
    }

    private static bool IsLimitedToFips() => File.Exists("/proc/sys/crypto/fips_enabled") && File.ReadAllText("/proc/sys/crypto/fips_enabled").Trim() == "1";
}
