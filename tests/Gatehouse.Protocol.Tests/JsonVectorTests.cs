namespace Gatehouse.Protocol.Tests;

public class JsonVectorTests
{
    private static readonly string[] RefusedThoughValid = ["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"];

    [Fact]
    public void Accepts_EveryValidVectorButDuplicateNames_AndRefusesEveryInvalidOne()
    {
        string[] files = Vectors();
        var wrong = new List<string>();
        foreach (string path in files)
        {
            string name = Path.GetFileName(path);
            bool accepted = JsonProof.TryProve(File.ReadAllBytes(path), ProofLimits.Default, out ProofFailure failure);
            Assert.Equal(accepted, failure.Fault == ProofFault.None);
            bool wanted = name.StartsWith("y_", StringComparison.Ordinal) && !RefusedThoughValid.Contains(name);
            if (!name.StartsWith("i_", StringComparison.Ordinal) && accepted != wanted)
                wrong.Add($"{name}: {failure}");
        }

        Assert.Empty(wrong);
        Assert.Equal((95, 188, 35), (Count(files, "y_"), Count(files, "n_"), Count(files, "i_")));
    }

    [Fact]
    public void Judges_EveryVectorAlikeInsideAMessage()
    {
        foreach (string path in Vectors())
        {
            byte[] vector = File.ReadAllBytes(path);
            byte[] message = [.. """{"jsonrpc":"2.0","id":1,"result":{"x":"""u8, .. vector, .. "}}"u8];
            bool alone = JsonProof.TryProve(vector, ProofLimits.Default, out ProofFailure failure);
            // A byte order mark is told by its place; a value before a closing bracket may end the wrapping early.
            if (alone)
                Assert.Equal(ProofFault.None, Proven.Fault(message));
            else if (failure.Fault != ProofFault.Empty)
                Assert.NotEqual(ProofFault.None, Proven.Fault(message));
        }
    }

    private static string[] Vectors() =>
        Directory.GetFiles(TestData.Folder("vectors/json-parsing/test_parsing", "test_parsing of github.com/nst/JSONTestSuite"), "*.json");

    private static int Count(string[] files, string prefix) => files.Count(path => Path.GetFileName(path).StartsWith(prefix, StringComparison.Ordinal));
}
