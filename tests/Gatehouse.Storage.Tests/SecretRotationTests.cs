using System.Globalization;
using System.Text;
using Gatehouse.Storage.Tests.Support;
using Gatehouse.Testing;

namespace Gatehouse.Storage.Tests;

public sealed class SecretRotationTests : IAsyncLifetime
{
    private const int Count = 5;

    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider time = new(Rows.Now);
    private Store store = null!;

    private string RingPath => folder.File("keyring.json");

    public async ValueTask InitializeAsync()
    {
        store = Store.Open(folder.File("gatehouse.db"), time);
        for (var number = 0; number < Count; number++) await SetAsync(Name(number), $"value {number}");
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    [Trait("Requirement", "SK-02")]
    public async Task ARotation_SealsEverySecretAgain_AndOnlyItsKey()
    {
        var before = await store.Secrets.FindAsync("secret", Place(0).Owner, Name(0), TestContext.Current.CancellationToken);
        var rotation = await Secrets().RotateAsync(TestContext.Current.CancellationToken);
        var ring = Ring();
        Assert.Equal((2, ring.NewestId, Count, false), (ring.Count, rotation.KeyId, rotation.SealedAgain, rotation.Finished));
        Assert.Empty(rotation.Unopened);
        Assert.All(await store.Secrets.ListAsync(), head => Assert.Equal(ring.NewestId, KeyRing.KeyIdOf(head.SealedKey.Span)));
        var after = await store.Secrets.FindAsync("secret", Place(0).Owner, Name(0), TestContext.Current.CancellationToken);
        Assert.True(before!.SealedValue.Span.SequenceEqual(after!.SealedValue.Span));
        Assert.Equal(before.At, after.At);
        await AllReadAsync();
    }

    public static TheoryData<int> Steps => [.. Enumerable.Range(0, Count)];

    [Theory]
    [MemberData(nameof(Steps))]
    [Trait("Requirement", "SK-02")]
    public async Task ARotationKilledAtAStep_LeavesEverySecretReadable_AndIsFinishedByTheNext(int done)
    {
        var interrupted = new SealedSecrets(new InterruptedSecrets(store.Secrets) { DoneBefore = done }, Ring(), time);
        await Assert.ThrowsAsync<KilledException>(async () => await interrupted.RotateAsync(TestContext.Current.CancellationToken));
        await AllReadAsync();
        var rotation = await Secrets().RotateAsync(TestContext.Current.CancellationToken);
        Assert.Equal((Count - done, true, 2), (rotation.SealedAgain, rotation.Finished, Ring().Count));
        await AllReadAsync();
        Assert.Equal((Count, false), await RotatedAsync());
    }

    [Fact]
    public async Task ARotationKilledAfterItsLastStep_IsOver()
    {
        await Secrets().RotateAsync(TestContext.Current.CancellationToken);
        Assert.Equal((Count, false), await RotatedAsync());
        Assert.Equal(3, Ring().Count);
    }

    [Fact]
    public async Task AFileThatAKilledRotationLeft_IsRemovedByTheNext()
    {
        var leftover = RingPath + ".0123456789abcdef.new";
        File.Copy(RingPath, leftover);
        await Secrets().RotateAsync(TestContext.Current.CancellationToken);
        Assert.False(File.Exists(leftover));
        await AllReadAsync();
    }

    [Fact]
    public async Task ASecretThatIsSetMeanwhile_KeepsItsNewValue()
    {
        var old = Ring();
        var isSet = false;
        var slow = new InterruptedSecrets(store.Secrets)
        {
            BeforeReplacement = async head =>
            {
                if (isSet || head.Name != Name(2)) return;
                isSet = true;
                // By a process that read the ring before the rotation, so that it has to be sealed again too.
                await new SealedSecrets(store.Secrets, old, time).SetAsync(Place(2), Encoding.UTF8.GetBytes("newer"));
            },
        };
        var rotation = await new SealedSecrets(slow, Ring(), time).RotateAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Count, rotation.SealedAgain);
        Assert.Equal("newer", await ReadAsync(2));
        Assert.All(await store.Secrets.ListAsync(), head => Assert.Equal(Ring().NewestId, KeyRing.KeyIdOf(head.SealedKey.Span)));
    }

    [Fact]
    public async Task ASecretThatIsRemovedMeanwhile_DoesNotComeBack()
    {
        var slow = new InterruptedSecrets(store.Secrets)
        {
            BeforeReplacement = async head => await store.Secrets.RemoveAsync(head.Purpose, head.Owner, head.Name),
        };
        var rotation = await new SealedSecrets(slow, Ring(), time).RotateAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, rotation.SealedAgain);
        Assert.Empty(await store.Secrets.ListAsync());
    }

    [Fact]
    public async Task WritersReadersAndRotationsAtOnce_LoseNoSecret()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var writers = Enumerable.Range(0, Count).Select(number => Task.Run(
            async () =>
            {
                for (var round = 0; round < 20; round++)
                {
                    await SetAsync(Name(number), $"value {number}");
                    Assert.Equal($"value {number}", await ReadAsync(number));
                }
            },
            cancellation));
        var rotation = Task.Run(
            async () =>
            {
                for (var round = 0; round < 10; round++) await Secrets().RotateAsync(cancellation);
            },
            cancellation);
        await Task.WhenAll([.. writers, rotation]);
        await AllReadAsync();
        await Secrets().RotateAsync(cancellation);
        Assert.All(await store.Secrets.ListAsync(cancellation), head => Assert.Equal(Ring().NewestId, KeyRing.KeyIdOf(head.SealedKey.Span)));
    }

    [Fact]
    public async Task ASecretThatDoesNotOpen_IsNamed_AndStopsNoOther()
    {
        var head = (await store.Secrets.ListAsync())[1];
        await store.Secrets.ReplaceKeyAsync(head, new byte[] { 1 }, TestContext.Current.CancellationToken);
        var rotation = await Secrets().RotateAsync(TestContext.Current.CancellationToken);
        Assert.Equal((Count - 1, false), (rotation.SealedAgain, rotation.Finished));
        Assert.Equal([Place(1)], rotation.Unopened);
    }

    [Fact]
    public async Task AFullRing_RefusesARotation_AndChangesNothing()
    {
        var ring = Ring();
        while (ring.Count < KeyRing.MostKeys) ring.Rotate();
        await Secrets().RotateAsync(TestContext.Current.CancellationToken); // finishes what those began
        await Assert.ThrowsAsync<KeyRingException>(async () => await Secrets().RotateAsync(TestContext.Current.CancellationToken));
        await AllReadAsync();
    }

    [Fact]
    public async Task SecretsOfOtherOwnersAndPurposes_AreRotatedToo()
    {
        var place = new SecretPlace("token", SecretPlace.OwnerOf("https://issuer", "alice"), "files");
        await Secrets().SetAsync(place, new byte[] { 1, 2 }, TestContext.Current.CancellationToken);
        await Secrets().RotateAsync(TestContext.Current.CancellationToken);
        var (state, value) = await Secrets().OpenAsync(place, TestContext.Current.CancellationToken);
        Assert.Equal(SecretState.Open, state);
        Assert.Equal([1, 2], value!.Reveal().ToArray());
    }

    [Fact]
    public void ARingThatAnotherProcessRotates_IsRefused_AndKeepsItsKeys()
    {
        var ring = Ring();
        ring.Rotate();
        Assert.Equal((UnixFileMode)0b110_000_000, Rows.Mode(RingPath + ".lock"));
        using (new FileStream(RingPath + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            var refusal = Assert.Throws<KeyRingException>(ring.Rotate);
            Assert.Contains("Run the command again", refusal.Message, StringComparison.Ordinal);
            Assert.Equal(2, Ring().Count);
        }

        ring.Rotate();
        Assert.Equal(3, Ring().Count);
    }

    [Fact]
    public void ARingInUse_TakesOverTheKeysOfAnotherProcess_WhenItIsRefreshed()
    {
        var (running, command) = (Ring(), Ring());
        command.Rotate();
        var message = command.Seal("purpose", [], [1]);
        Assert.False(running.TryOpen("purpose", [], message, out _));
        Assert.False(running.HasKeyOf(message));
        running.Refresh();
        Assert.True(running.TryOpen("purpose", [], message, out _));
        Assert.True(running.HasKeyOf(message));
        Assert.Equal(command.NewestId, running.NewestId);
    }

    [Fact]
    public void ARingWhoseFileIsGone_KeepsItsKeys_WhenItIsRefreshed()
    {
        var ring = Ring();
        var message = ring.Seal("purpose", [], [1]);
        File.Delete(RingPath);
        Assert.Throws<KeyRingException>(ring.Refresh);
        Assert.True(ring.TryOpen("purpose", [], message, out _));
        KeyRing.CreateInMemory(time).Refresh();
    }

    // An older copy of the file would end what the newest key sealed.
    [Fact]
    public void AnOlderRing_IsNotTakenOver()
    {
        var ring = Ring();
        var older = File.ReadAllBytes(RingPath);
        ring.Rotate();
        var message = ring.Seal("purpose", [], [1]);
        var newest = ring.NewestId;
        File.WriteAllBytes(RingPath, older);
        var fault = Assert.Throws<KeyRingException>(ring.Refresh);
        Assert.Contains(newest, fault.Message, StringComparison.Ordinal);
        Assert.Equal(newest, ring.NewestId);
        Assert.True(ring.TryOpen("purpose", [], message, out _));
    }

    // Another process rotates in the middle: what it sealed is not reported as lost.
    [Fact]
    public async Task ARotationDuringAnother_LosesNothing()
    {
        var isFirst = true;
        var interrupted = new InterruptedSecrets(store.Secrets)
        {
            BeforeReplacement = async _ =>
            {
                if (!isFirst) return;
                isFirst = false;
                await Secrets().RotateAsync(TestContext.Current.CancellationToken);
                await Secrets().RotateAsync(TestContext.Current.CancellationToken);
            },
        };
        var rotation = await new SealedSecrets(interrupted, Ring(), time).RotateAsync(TestContext.Current.CancellationToken);
        Assert.Empty(rotation.Unopened);
        await AllReadAsync();
    }

    private static string Name(int number) => "name-" + number.ToString(CultureInfo.InvariantCulture);

    private static SecretPlace Place(int number) => SecretPlace.OfGateway(Name(number));

    private KeyRing Ring() => KeyRing.OpenOrCreate(RingPath, time);

    private SealedSecrets Secrets() => new(store.Secrets, Ring(), time);

    private async Task<(int, bool)> RotatedAsync()
    {
        var rotation = await Secrets().RotateAsync(TestContext.Current.CancellationToken);
        return (rotation.SealedAgain, rotation.Finished);
    }

    private async Task SetAsync(string name, string value) => await Secrets().SetAsync(SecretPlace.OfGateway(name), Encoding.UTF8.GetBytes(value));

    private async Task<string> ReadAsync(int number)
    {
        // A reader whose ring is older than the row reads it again, as the gateway does.
        var ring = Ring();
        var secrets = new SealedSecrets(store.Secrets, ring, time);
        var (state, value) = await secrets.OpenAsync(Place(number));
        if (state == SecretState.KeyLost)
        {
            ring.Refresh();
            (state, value) = await secrets.OpenAsync(Place(number));
        }

        Assert.Equal(SecretState.Open, state);
        using (value) return Encoding.UTF8.GetString(value!.Reveal());
    }

    private async Task AllReadAsync()
    {
        for (var number = 0; number < Count; number++) Assert.Equal($"value {number}", await ReadAsync(number));
    }
}
