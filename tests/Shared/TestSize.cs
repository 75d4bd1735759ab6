namespace Gatehouse.Tests.Shared;

/// <summary>How much a test that draws its cases, or repeats a step, does: <c>GATEHOUSE_TEST_SIZE</c>, which <c>./test</c> sets.</summary>
internal static class TestSize
{
    private static readonly string Chosen = Environment.GetEnvironmentVariable("GATEHOUSE_TEST_SIZE") switch
    {
        null or "" or "gate" => "gate",
        "full" => "full",
        "long" => "long",
        var other => throw new InvalidOperationException($"GATEHOUSE_TEST_SIZE is '{other}'. It is gate, full, or long."),
    };

    /// <summary>True with <c>./test</c>, and where nothing is said.</summary>
    public static bool IsGate => Chosen == "gate";

    /// <summary>True with <c>./test --long</c>.</summary>
    public static bool IsLong => Chosen == "long";

    /// <summary>The number for <c>./test</c>, <c>./test --full</c>, or <c>./test --long</c>.</summary>
    public static int Of(int gate, int full, int @long) => Chosen switch { "gate" => gate, "full" => full, _ => @long };
}
