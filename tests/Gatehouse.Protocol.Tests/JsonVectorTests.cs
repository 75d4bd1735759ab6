using Gatehouse.Protocol.Validation;

namespace Gatehouse.Protocol.Tests;

public class JsonVectorTests
{
    private static readonly string[] RefusedThoughValid = ["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"];

    [Fact]
    public void Accepts_EveryValidVectorButDuplicateNames_AndRefusesEveryInvalidOne()
    {
        var files = Vectors();
        var wrong = new List<string>();
        foreach (var path in files)
        {
            var name = Path.GetFileName(path);
            var accepted = JsonValidator.TryValidate(File.ReadAllBytes(path), MessageLimits.Default, out var failure);
            Assert.Equal(accepted, failure.Fault == MessageFault.None);
            var wanted = name.StartsWith("y_", StringComparison.Ordinal) && !RefusedThoughValid.Contains(name);
            if (!name.StartsWith("i_", StringComparison.Ordinal) && accepted != wanted)
                wrong.Add($"{name}: {failure}");
        }

        Assert.Empty(wrong);
        Assert.Equal((95, 188, 35), (Count(files, "y_"), Count(files, "n_"), Count(files, "i_")));
    }

    [Fact]
    public void Judges_EveryVectorAlikeInsideAMessage()
    {
        foreach (var path in Vectors())
        {
            var vector = File.ReadAllBytes(path);
            byte[] message = [.. """{"jsonrpc":"2.0","id":1,"result":{"x":"""u8, .. vector, .. "}}"u8];
            var alone = JsonValidator.TryValidate(vector, MessageLimits.Default, out var failure);
            // A byte order mark is told by its place; a value before a closing bracket may end the wrapping early.
            if (alone)
                Assert.Equal(MessageFault.None, Validated.Fault(message));
            else if (failure.Fault != MessageFault.Empty)
                Assert.NotEqual(MessageFault.None, Validated.Fault(message));
        }
    }

    private static string[] Vectors() =>
        Directory.GetFiles(TestData.Folder("vectors/json-parsing/test_parsing", "test_parsing of github.com/nst/JSONTestSuite"), "*.json");

    private static int Count(string[] files, string prefix) =>
        files.Count(path => Path.GetFileName(path).StartsWith(prefix, StringComparison.Ordinal));
}
