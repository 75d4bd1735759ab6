using System.Text;
using System.Text.Json;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Tests.Support;

namespace Gatehouse.Identity.Tests.Keys;

/// <summary>Every JSON Web Key vector of C2SP/wycheproof.</summary>
public sealed class WycheproofKeySetTests
{
    /// <summary>Valid vectors of symmetric keys only: 1 of the key set and 3 long keys. All of them are refused here.</summary>
    private const int ValidSymmetricVectors = 4;

    [Fact]
    public void JudgesEveryVectorAsExpectedAndRefusesEverySymmetricSet()
    {
        using var document = TestData.OpenJoseVectors("json_web_key_test.json");
        var wrong = new List<string>();
        var refusedThoughValid = 0;
        foreach (var group in document.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                var isPublic = group.TryGetProperty("public", out var keys);
                var isAccepted = IsAccepted(isPublic ? keys : group.GetProperty("private"), test);
                var expected = test.GetProperty("result").GetString() == "valid";
                if (!isPublic && expected && !isAccepted)
                    refusedThoughValid++;
                else if (isAccepted != expected)
                    wrong.Add($"{test.GetProperty("tcId")} {group.GetProperty("comment")} {test.GetProperty("comment")}");
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(ValidSymmetricVectors, refusedThoughValid);
    }

    private static bool IsAccepted(JsonElement keys, JsonElement test)
    {
        var document = keys.TryGetProperty("keys", out _) ? keys.GetRawText() : $"{{\"keys\":[{keys.GetRawText()}]}}";
        var parsed = JwsVectors.ParseKeys(document);
        return parsed is not null && JwsVectors.IsSignedByNamedKey(parsed, Encoding.UTF8.GetBytes(test.GetProperty("jws").GetString()!));
    }
}
